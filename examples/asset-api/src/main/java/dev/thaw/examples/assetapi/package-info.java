/** The AWS Lambda handlers of the asset API, one class for each route. */
package dev.thaw.examples.assetapi;
