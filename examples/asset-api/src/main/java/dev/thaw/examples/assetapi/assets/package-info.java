/** Assets, and where they are stored. */
package dev.thaw.examples.assetapi.assets;
