package dev.hawser.gateway.edge;

import dev.hawser.gateway.peer.AddressLimits;
import dev.hawser.gateway.peer.Client;
import dev.hawser.gateway.peer.Hosts;
import dev.hawser.gateway.peer.TrustedProxies;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetAddress;

/**
 * Who is let near, before anybody asks who it is. Safe for all threads.
 *
 * @param proxies whose word on the client is taken
 * @param hosts   the names this server answers to
 * @param limits  what one client address may ask for
 */
public record Door(TrustedProxies proxies, Hosts hosts, AddressLimits limits) {
    private static final String HEALTH = "/health/";

    Client client(InetAddress peer, boolean secure, HttpHeaders headers) {
        String host = headers.get("Host", "");
        return proxies.client(peer, secure, new TrustedProxies.Said(headers.getAll("X-Forwarded-For"),
                headers.getAll("X-Forwarded-Proto"), headers.getAll("X-Forwarded-Host"), host));
    }

    /**
     * Whether the request is meant for this server. Health checks ask for whatever name they were given, and learn nothing that
     * could harm; a client of HTTP/1.0 may name none.
     */
    boolean answersTo(Client client, boolean named, String path) {
        return hosts.allows(client.authority()) || path.startsWith(HEALTH) || !named && client.authority().isEmpty();
    }
}
