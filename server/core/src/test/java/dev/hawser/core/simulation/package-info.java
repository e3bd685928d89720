/**
 * The whole core in one thread under a seed: virtual time, clients, wires, agents and a store that fails, all of it
 * reproducible. A seed that breaks a promise prints how to replay it.
 */
package dev.hawser.core.simulation;
