/** The servers under test as child processes, with their configuration and temporary folders. */
package dev.hawser.bench.child;
