/** From the run queue to a queue outside. */
package dev.hawser.gateway.queue;
