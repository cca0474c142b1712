/** What {@link dev.thaw.testing.FaultProxy} is made of. */
package dev.thaw.testing.internal.proxy;
