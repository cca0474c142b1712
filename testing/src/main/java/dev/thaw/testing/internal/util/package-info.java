/** What several packages share. */
package dev.thaw.testing.internal.util;
