package dev.hawser.gateway.ws;

import dev.hawser.core.connection.ConnectionSettings;
import java.util.OptionalInt;

/**
 * How much, how often and how long, for each wire.
 *
 * @param outboundBytes most bytes that may wait for one wire's peer
 * @param inflatedBytes largest compressed message after inflation; empty where nothing is compressed
 */
public record WireBounds(ConnectionSettings settings, int outboundBytes, OptionalInt inflatedBytes) {}
