/**
 * What an application would write with each library. Each class runs in a process whose class path
 * holds its own library only.
 */
package dev.thaw.examples.benchmarks.candidate;
