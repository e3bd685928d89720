package dev.hawser.gateway.edge;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** What the edge counts. Labels are from small fixed sets, never from what a peer sends. Safe for all threads. */
public final class EdgeMetrics {
    private final MeterRegistry registry;

    public EdgeMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** @param reason one of a fixed set */
    public void refused(String reason) {
        Counter.builder("hawser.refusals")
                .description("Connections and requests that were refused")
                .tag("reason", reason)
                .register(registry)
                .increment();
    }
}
