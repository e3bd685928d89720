/** The stores driven without a gateway, in a process that takes them from the gateway's jar. */
package dev.hawser.bench.store;
