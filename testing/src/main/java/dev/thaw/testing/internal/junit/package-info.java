/** What the extensions share. */
package dev.thaw.testing.internal.junit;
