/** Arithmetic of the figures: latencies, medians, process counters of the kernel. */
package dev.hawser.bench.stats;
