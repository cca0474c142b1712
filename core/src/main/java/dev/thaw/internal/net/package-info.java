/** Sockets, TLS and names, bounded by a deadline: what does not depend on the driver. */
package dev.thaw.internal.net;
