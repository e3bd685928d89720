/** What is fuzzed, by Jazzer or for a moment by the tests; docs/testing.md tells how. */
package dev.hawser.gateway.fuzz;
