/** Thaw beside the libraries that teams use today, measured in one run on one machine. */
package dev.thaw.examples.benchmarks;
