/** What the person or the script that ran a benchmark gets to see. */
package dev.hawser.bench.report;
