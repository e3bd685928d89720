package dev.hawser.gateway.ws;

import dev.hawser.core.connection.ConnectionSettings;
import dev.hawser.core.fanout.Hub;
import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.Ids;
import dev.hawser.core.port.Identity;
import dev.hawser.core.port.Ledger;
import dev.hawser.core.routing.Router;
import dev.hawser.core.session.Sessions;
import dev.hawser.gateway.http.ConnectionLimits;
import dev.hawser.gateway.peer.AddressLimits;
import java.time.InstantSource;
import java.util.Set;
import java.util.OptionalInt;

/**
 * What the WebSocket side needs of the rest.
 *
 * @param addresses     has refusals come late for an address that collects them
 * @param outboundBytes most bytes that may wait for one wire's peer
 * @param inflatedBytes largest compressed message after inflation; empty where nothing is compressed
 */
public record WsServices(
        Router router, Ledger ledger, Sessions sessions, Set<AgentName> agents, Hub hub, Identity identity, InstantSource clock, Ids ids,
        ConnectionSettings settings, int outboundBytes, OptionalInt inflatedBytes,
        ConnectionLimits limits, AddressLimits addresses, WsMetrics metrics) {}
