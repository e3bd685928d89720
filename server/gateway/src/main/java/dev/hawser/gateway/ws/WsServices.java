package dev.hawser.gateway.ws;

import dev.hawser.core.connection.ConnectionSettings;
import dev.hawser.core.device.Devices;
import dev.hawser.core.fanout.Hub;
import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.CloseCode;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Ids;
import dev.hawser.core.port.Identity;
import dev.hawser.core.port.Ledger;
import dev.hawser.core.routing.Router;
import dev.hawser.core.run.Departures;
import dev.hawser.core.run.OnDisconnect;
import dev.hawser.core.session.Sessions;
import dev.hawser.gateway.http.ConnectionLimits;
import dev.hawser.gateway.peer.AddressLimits;
import dev.hawser.gateway.peer.Client;
import java.time.InstantSource;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the WebSocket side needs of the rest.
 *
 * @param addresses     has refusals come late for an address that collects them
 * @param outboundBytes most bytes that may wait for one wire's peer
 * @param departures    told of wires that are gone
 * @param onDisconnect  what a lost wire does to its runs, by the name of its dialect; nothing where it is not in it
 * @param autoCreate    whether a conversation that a handshake names and nobody has is made
 * @param records       of the wires of dialects that want them
 * @param inflatedBytes largest compressed message after inflation; empty where nothing is compressed
 */
public record WsServices(
        Router router, Ledger ledger, Sessions sessions, Set<AgentName> agents, Hub hub, Identity identity, InstantSource clock, Ids ids,
        ConnectionSettings settings, boolean autoCreate, int outboundBytes, OptionalInt inflatedBytes,
        ConnectionLimits limits, AddressLimits addresses, Departures departures, Map<String, OnDisconnect> onDisconnect,
        ConnectionRecords records, WsMetrics metrics, Devices devices) {
    private static final Logger LOG = LoggerFactory.getLogger(WsServices.class);

    /** The verdict on what a peer shows. Blocks. */
    Identity.Verdict verify(Identity.Credential credential, Client client) {
        try {
            Identity.Verdict verdict = identity.verify(credential, clock.instant());
            if (verdict instanceof Identity.Verdict.Refused(Fault fault, CloseCode _)) {
                addresses.refused(client.address(), credential, fault);
            }
            return verdict;
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("a credential could not be verified");
            return new Identity.Verdict.Refused(Fault.of(Code.INTERNAL_ERROR), CloseCode.TRY_AGAIN_LATER);
        }
    }
}
