/** The one place that knows MySQL Connector/J: sockets, TLS and the driver's set-up. */
package dev.thaw.internal.mysql;
