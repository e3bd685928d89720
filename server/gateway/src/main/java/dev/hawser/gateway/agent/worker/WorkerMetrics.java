package dev.hawser.gateway.agent.worker;

import dev.hawser.core.model.AgentName;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.IntSupplier;

/** What workers do here, as Micrometer meters: {@code hawser.workers.*} and {@code hawser.agent.events}. Safe for all threads. */
public final class WorkerMetrics {
    private final MeterRegistry registry;

    public WorkerMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Has the number of claims that wait shown. */
    public void waiting(IntSupplier count) {
        gauge("hawser.workers.waiting", "Claims of workers that wait for a run", count);
    }

    /** Has the number of streams of events that are open shown. */
    public void uploads(IntSupplier count) {
        gauge("hawser.workers.uploads", "Streams of events that agents are sending", count);
    }

    private void gauge(String name, String description, IntSupplier count) {
        Gauge.builder(name, count, IntSupplier::getAsInt).description(description).strongReference(true).register(registry);
    }

    /** A run was handed out. */
    public void claimed(AgentName agent) {
        registry.counter("hawser.workers.claimed", "agent", agent.value()).increment();
    }

    /** Events of an agent outside became durable. */
    public void stored(AgentName agent, int events) {
        registry.counter("hawser.agent.events", "agent", agent.value()).increment(events);
    }
}
