/** The connections of a pool: who may have one, which are idle, and whether one can be reused. */
package dev.thaw.internal.pool;
