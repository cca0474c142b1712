/** Measurements, and how they are written, drawn and compared. */
package dev.thaw.examples.benchmarks.report;
