/** The database servers behind {@code dev.thaw.testing.DatabaseServer}. Not API. */
package dev.thaw.testing.internal.server;
