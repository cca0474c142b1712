/** What stands around a candidate: server, secret, certificates, JDKs, class paths, processes. */
package dev.thaw.examples.benchmarks.stand;
