/**
 * The stock provider: who may have a connection, whether it can be trusted, and how one is opened.
 */
package dev.thaw.internal.provider;
