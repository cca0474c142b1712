/** Time on two clocks, since only one of them may run while an environment is frozen. */
package dev.thaw.internal.time;
