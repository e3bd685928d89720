/** What is fuzzed of the core: each target takes any bytes and says what must hold whatever they are. */
package dev.hawser.core.fuzz;
