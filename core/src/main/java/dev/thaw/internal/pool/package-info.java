/**
 * The connections of a pool: their states, the callers that wait for one, and the check of an idle
 * one.
 */
package dev.thaw.internal.pool;
