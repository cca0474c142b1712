/**
 * The connections of a pool: the permits to have one, their states, and the check of an idle one.
 */
package dev.thaw.internal.pool;
