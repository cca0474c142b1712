/** Libraries that the test kit uses if they are there. */
package dev.thaw.testing.internal.dependency;
