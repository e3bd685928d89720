/** The ports on plain memory, for tests and the simulation: no thread, no clock, nothing that outlives the process. */
package dev.hawser.core.memory;
