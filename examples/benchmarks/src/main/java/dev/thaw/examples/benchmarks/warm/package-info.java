/** What JMH measures, each in JVMs of its own. */
package dev.thaw.examples.benchmarks.warm;
