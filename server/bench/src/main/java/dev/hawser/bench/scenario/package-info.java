/** One class per benchmark, and what they share: watchers that check what they receive, and interleaved rounds. */
package dev.hawser.bench.scenario;
