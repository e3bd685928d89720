/**
 * The load generator behind {@code hawser bench}: it starts a gateway and a bare Netty server as child processes,
 * drives both over the wire only, and prints what each delivery cost.
 */
package dev.hawser.bench;
