package dev.hawser.gateway;

import dev.hawser.sql.StoreMetrics;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** Has the store's figures shown. */
final class StoreMeters {
    private static final double NANOS_PER_SECOND = 1e9;

    private StoreMeters() {}

    static void register(StoreMetrics store, MeterRegistry registry) {
        FunctionCounter.builder("hawser.store.groups", store, StoreMetrics::groups)
                .description("Group commits").register(registry);
        FunctionCounter.builder("hawser.store.works", store, StoreMetrics::works)
                .description("Transactions in group commits").register(registry);
        FunctionCounter.builder("hawser.store.events", store, StoreMetrics::events)
                .description("Events appended").register(registry);
        Gauge.builder("hawser.store.waiting", store, StoreMetrics::waiting)
                .description("Transactions that wait for the next group").register(registry);
        Gauge.builder("hawser.store.group.seconds", store, one -> one.lastGroupNanos() / NANOS_PER_SECOND)
                .description("How long the last group commit took").register(registry);
    }
}
