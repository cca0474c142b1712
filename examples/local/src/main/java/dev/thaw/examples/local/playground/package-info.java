/** The page that shows both lanes, and what can be done to them. */
package dev.thaw.examples.local.playground;
