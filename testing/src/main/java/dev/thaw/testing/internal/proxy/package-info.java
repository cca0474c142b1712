/** What {@link dev.thaw.testing.fault.FaultProxy} is made of. */
package dev.thaw.testing.internal.proxy;
