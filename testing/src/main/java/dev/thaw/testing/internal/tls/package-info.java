/** A certificate authority for servers that run only for a test. Not API. */
package dev.thaw.testing.internal.tls;
