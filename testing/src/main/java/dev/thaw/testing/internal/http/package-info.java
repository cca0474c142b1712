/** An HTTP/1.1 server on the loopback interface that can also misbehave. */
package dev.thaw.testing.internal.http;
