/** The parts of the benchmark; each measures one thing for all candidates. */
package dev.thaw.examples.benchmarks.part;
