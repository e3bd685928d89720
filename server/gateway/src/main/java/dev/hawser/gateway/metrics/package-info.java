/** The names of what is measured. */
package dev.hawser.gateway.metrics;
