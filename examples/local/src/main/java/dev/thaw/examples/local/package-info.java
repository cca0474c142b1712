/** The asset API on this machine: database, secrets, functions and an HTTP front. */
package dev.thaw.examples.local;
