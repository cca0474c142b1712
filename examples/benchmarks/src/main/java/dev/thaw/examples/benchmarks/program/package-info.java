/** What a process does with a candidate, and how it tells what it saw. */
package dev.thaw.examples.benchmarks.program;
