/** The functions of the two lanes: the same handlers, once on Thaw and once on a plain pool. */
package dev.thaw.examples.local.lanes;
