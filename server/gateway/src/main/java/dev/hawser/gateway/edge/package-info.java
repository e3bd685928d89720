/** The edge: sockets, HTTP as bytes, WebSocket frames, fan-out to wires. Everything here that touches a channel is Netty's. */
package dev.hawser.gateway.edge;
