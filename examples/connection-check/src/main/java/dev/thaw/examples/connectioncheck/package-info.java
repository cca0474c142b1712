/** A command that shows whether the database can be reached, and if not, why. */
package dev.thaw.examples.connectioncheck;
