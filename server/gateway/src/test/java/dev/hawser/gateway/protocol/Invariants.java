package dev.hawser.gateway.protocol;

import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;

/** What holds for all that a server sends over one wire, whatever is said. For one wire and thread. */
interface Invariants {
    /** Fails where the next message cannot follow those before. */
    void check(JsonNode message);

    /** Those of the dialect that is spoken there. */
    static Invariants of(String path) {
        return switch (path) {
            case "/ws" -> new StandardInvariants();
            case "/apigw" -> new ApigwInvariants();
            case "/api/v1/ws" -> new HitlInvariants();
            case "/api/v1/ws/device" -> new DeviceInvariants();
            case "/realtime" -> new EnvelopeInvariants();
            default -> fail("no dialect at " + path);
        };
    }
}
