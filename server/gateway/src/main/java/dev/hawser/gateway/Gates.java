package dev.hawser.gateway;

import dev.hawser.core.port.Identity;
import dev.hawser.gateway.config.Config;
import dev.hawser.gateway.edge.Door;
import dev.hawser.gateway.edge.Edge;
import dev.hawser.gateway.edge.EdgeMetrics;
import dev.hawser.gateway.http.ConnectionLimits;
import dev.hawser.gateway.identity.CredentialRules;
import dev.hawser.gateway.metrics.Metrics;
import dev.hawser.gateway.peer.AddressLimits;
import dev.hawser.gateway.peer.TrustedProxies;

/**
 * What everybody passes who comes to one node, over whichever wire. Safe for all threads.
 *
 * @param rules       where a credential may be
 * @param connections how many a user and a tenant may have open
 * @param addresses   how much an address may ask for
 */
record Gates(Identity identity, CredentialRules rules, ConnectionLimits connections, AddressLimits addresses, Door door) {
    static Gates of(Config config, Edge edge, Identity identity, Metrics metrics) {
        AddressLimits addresses = new AddressLimits(
                config.limits().perAddress(), System::nanoTime, new EdgeMetrics(metrics.registry())::refused);
        return new Gates(identity,
                new CredentialRules(Addresses.origins(config.server(), edge.address()), config.identity().cookie()),
                new ConnectionLimits(config.limits().connectionsPerUser(), config.limits().connectionsPerTenant()), addresses,
                new Door(new TrustedProxies(config.server().trustedProxies()),
                        Addresses.hosts(config.server(), edge.address()), addresses));
    }
}
