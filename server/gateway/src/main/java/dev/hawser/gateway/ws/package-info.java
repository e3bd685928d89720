/** The WebSocket side of the edge: handshake, frames, wires, and the fan-out of each event loop. */
package dev.hawser.gateway.ws;
