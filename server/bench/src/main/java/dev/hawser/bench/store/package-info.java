/** The embedded store driven without a gateway, in a process that takes it from the gateway's jar. */
package dev.hawser.bench.store;
