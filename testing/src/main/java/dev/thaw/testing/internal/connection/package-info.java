/** Connection providers that watch over a test's connections. Not API. */
package dev.thaw.testing.internal.connection;
