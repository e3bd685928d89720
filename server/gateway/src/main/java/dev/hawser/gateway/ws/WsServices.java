package dev.hawser.gateway.ws;

import dev.hawser.core.fanout.Hub;
import dev.hawser.core.model.Ids;
import dev.hawser.core.port.Identity;
import dev.hawser.gateway.http.CoreServices;
import dev.hawser.gateway.peer.Client;
import java.time.InstantSource;

/**
 * What the WebSocket side needs of the rest.
 *
 * @param records of the wires of dialects that want them
 */
public record WsServices(
        CoreServices core, Hub hub, Entrance entrance, WireBounds bounds, WireEnds ends, ConnectionRecords records,
        WsMetrics metrics, InstantSource clock, Ids ids) {
    /** The verdict on what a peer shows. Blocks. */
    Identity.Verdict verify(Identity.Credential credential, Client client) {
        return entrance.verify(credential, client, clock.instant());
    }
}
