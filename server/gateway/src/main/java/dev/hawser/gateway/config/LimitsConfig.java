package dev.hawser.gateway.config;

import dev.hawser.gateway.peer.AddressSettings;
import java.time.Duration;
import java.util.List;

/**
 * Bounds on what one peer may ask of the gateway.
 *
 * @param maxMessageBytes      the largest inbound message, in bytes of UTF-8
 * @param connectionsPerUser   open connections of one user
 * @param connectionsPerTenant open connections of one tenant
 * @param messagesPerSecond    sustained inbound messages of one connection
 * @param messageBurst         inbound messages of one connection allowed at once
 * @param pendingRunsPerUser   runs of one user that wait or are under way
 * @param outboundBufferBytes  bytes waiting for one slow reader before it is closed
 * @param handshakeTimeout     from TCP accept to the finished upgrade
 * @param perAddress           what one client address may ask for before anybody knows who it is
 */
public record LimitsConfig(
        int maxMessageBytes, int connectionsPerUser, int connectionsPerTenant, int messagesPerSecond,
        int messageBurst, int pendingRunsPerUser, int outboundBufferBytes, Duration handshakeTimeout,
        AddressSettings perAddress) {

    static LimitsConfig read(Section section) {
        return new LimitsConfig(
                section.integer("maxMessageBytes", 65_536, 256, 64 << 20),
                section.integer("connectionsPerUser", 20, 1, 10_000_000),
                section.integer("connectionsPerTenant", 10_000, 1, 10_000_000),
                section.integer("messagesPerSecond", 200, 1, 10_000_000),
                section.integer("messageBurst", 400, 1, 10_000_000),
                section.integer("pendingRunsPerUser", 1_000, 1, 10_000_000),
                section.integer("outboundBufferBytes", 1_048_576, 1024, 1 << 30),
                section.duration("handshakeTimeout", "10s", "10ms", "10m"),
                perAddress(section));
    }

    private static AddressSettings perAddress(Section section) {
        return new AddressSettings(
                section.integer("connectionsPerAddress", 1_000, 1, 10_000_000),
                section.integer("handshakesPerSecond", 100, 1, 1_000_000),
                section.integer("handshakeBurst", 1_000, 1, 10_000_000),
                section.integer("requestsPerSecond", 1_000, 1, 1_000_000),
                section.integer("requestBurst", 2_000, 1, 10_000_000),
                section.integer("failedAuthenticationsPerSecond", 5, 1, 1_000_000),
                section.addresses("exemptAddresses", List.of("127.0.0.0/8", "::1")));
    }
}
