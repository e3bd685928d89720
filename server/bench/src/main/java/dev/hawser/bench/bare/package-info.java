/** The opponent: a WebSocket server that only forwards frames, tuned as far as Netty goes. */
package dev.hawser.bench.bare;
