/** The one list of a provider's settings, which its builder and its variables both read. */
package dev.thaw.internal.settings;
