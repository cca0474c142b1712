/** The Lambda runtime in child JVMs, and the Runtime API that it talks to. */
package dev.thaw.testing.internal.lambda;
