/**
 * What goes wrong between a function and its database: a TCP proxy that delays, drops, cuts and
 * refuses, and clocks that jump as they do when an execution environment was frozen.
 *
 * <p>Start with a parameter {@link dev.thaw.testing.fault.FaultProxy} or {@link
 * dev.thaw.testing.fault.EnvironmentFreeze} of a test with {@link dev.thaw.testing.DatabaseTest}.
 * Without JUnit, {@link dev.thaw.testing.fault.FaultProxy#to} leads to any server.
 *
 * @since 0.1.0
 */
package dev.thaw.testing.fault;
