package dev.hawser.gateway.peer;

import java.util.List;

/**
 * What one client address may ask for; an IPv6 address counts as its /64.
 *
 * @param connections         open sockets, and wires behind trusted proxies
 * @param handshakesPerSecond new connections, and upgrades behind trusted proxies
 * @param handshakeBurst      of them at once
 * @param requestsPerSecond   HTTP requests, upgrades among them
 * @param requestBurst        of them at once
 * @param failuresPerSecond   refused credentials, beyond which the refusals come late; ten times as many at once
 * @param exempt              addresses that are not counted
 */
public record AddressSettings(
        int connections, int handshakesPerSecond, int handshakeBurst, int requestsPerSecond, int requestBurst,
        int failuresPerSecond, List<Cidr> exempt) {
    public AddressSettings {
        exempt = List.copyOf(exempt);
    }
}
