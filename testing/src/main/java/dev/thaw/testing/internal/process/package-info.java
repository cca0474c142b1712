/** Child JVMs that can be stopped and continued. */
package dev.thaw.testing.internal.process;
