package dev.hawser.gateway.config;

import dev.hawser.gateway.config.DisconnectConfig.Policy;
import java.util.Map;
import java.util.Optional;

/**
 * The wire dialects: which are served and what is particular to each.
 *
 * @param standard {@code /ws}
 * @param hitl     {@code /api/v1/ws}
 * @param envelope {@code /realtime}
 * @param device   {@code /api/v1/ws/device}
 * @param apigw    {@code /apigw}
 */
public record DialectsConfig(Plain standard, Plain hitl, Envelope envelope, Plain device, Apigw apigw) {
    /**
     * A dialect with nothing particular to it.
     *
     * @param enabled    whether it is served
     * @param disconnect what a lost wire of this dialect does to its runs
     */
    public record Plain(boolean enabled, DisconnectConfig disconnect) {}

    /**
     * The envelope dialect.
     *
     * @param enabled    whether it is served
     * @param disconnect what a lost wire of this dialect does to its runs
     * @param nonJson    the answer to a frame that is not JSON
     */
    public record Envelope(boolean enabled, DisconnectConfig disconnect, NonJson nonJson) {}

    /** The envelope dialect's answer to a frame that is not JSON: an error envelope, or the text back. */
    public enum NonJson { ERROR, ECHO }

    /**
     * The API Gateway dialect.
     *
     * @param enabled    whether it is served
     * @param disconnect what a lost wire of this dialect does to its runs
     * @param agent      the agent of its runs; the default agent when empty
     */
    public record Apigw(boolean enabled, DisconnectConfig disconnect, Optional<String> agent) {}

    /** What a lost wire does, by the dialect's name. */
    public Map<String, DisconnectConfig> disconnects() {
        return Map.of("standard", standard.disconnect(), "hitl", hitl.disconnect(), "envelope", envelope.disconnect(),
                "device", device.disconnect(), "apigw", apigw.disconnect());
    }

    static DialectsConfig read(Section section, DisconnectConfig common) {
        var standard = section.section("standard");
        var hitl = section.section("hitl");
        var envelope = section.section("envelope");
        var device = section.section("device");
        var apigw = section.section("apigw");
        return new DialectsConfig(
                new Plain(standard.flag("enabled", true), disconnect(standard, common, common.policy())),
                new Plain(hitl.flag("enabled", true), disconnect(hitl, common, common.policy())),
                new Envelope(envelope.flag("enabled", true), disconnect(envelope, common, common.policy()),
                        envelope.choice("nonJson", NonJson.ERROR)),
                new Plain(device.flag("enabled", true), disconnect(device, common, Policy.ABANDON)),
                new Apigw(apigw.flag("enabled", true), disconnect(apigw, common, Policy.ABANDON),
                        apigw.optionalText("agent")));
    }

    private static DisconnectConfig disconnect(Section dialect, DisconnectConfig common, Policy policy) {
        return DisconnectConfig.read(dialect.section("disconnect"), policy, Durations.format(common.grace()));
    }
}
