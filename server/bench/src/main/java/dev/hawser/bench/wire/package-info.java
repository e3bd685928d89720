/** The client side of many WebSocket connections on one or two event loops, made to cost as little as it can. */
package dev.hawser.bench.wire;
