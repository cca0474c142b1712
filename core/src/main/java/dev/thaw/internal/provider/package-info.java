/**
 * The stock provider: it decides when a connection is lent, opened, restored and closed, and
 * reports it.
 */
package dev.thaw.internal.provider;
