package dev.hawser.gateway.agent.executor;

import dev.hawser.core.model.AgentName;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An executor's measures as Micrometer meters: {@code hawser.run.attempts}, {@code hawser.run.attempts.active},
 * {@code hawser.agent.events}, {@code hawser.agent.first.event}, each by agent. Safe for all threads.
 */
public final class MicrometerExecutorMetrics implements ExecutorMetrics {
    private final MeterRegistry registry;
    private final Map<AgentName, Meters> meters = new ConcurrentHashMap<>();

    public MicrometerExecutorMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    private record Meters(Map<Ending, Counter> endings, Counter events, Timer firstEvent, AtomicInteger active) {
        static Meters of(MeterRegistry registry, AgentName agent) {
            String name = agent.value();
            Map<Ending, Counter> endings = new EnumMap<>(Ending.class);
            for (Ending ending : Ending.values()) {
                endings.put(ending, registry.counter("hawser.run.attempts",
                        "agent", name, "outcome", ending.name().toLowerCase(Locale.ROOT)));
            }
            return new Meters(endings,
                    registry.counter("hawser.agent.events", "agent", name),
                    registry.timer("hawser.agent.first.event", "agent", name),
                    registry.gauge("hawser.run.attempts.active", Tags.of("agent", name),
                            new AtomicInteger()));
        }
    }

    private Meters of(AgentName agent) {
        return meters.computeIfAbsent(agent, name -> Meters.of(registry, name));
    }

    @Override
    public void began(AgentName agent) {
        of(agent).active().incrementAndGet();
    }

    @Override
    public void firstEvent(AgentName agent, Duration since) {
        of(agent).firstEvent().record(since);
    }

    @Override
    public void stored(AgentName agent, int events) {
        of(agent).events().increment(events);
    }

    @Override
    public void ended(AgentName agent, Ending ending) {
        of(agent).active().decrementAndGet();
        of(agent).endings().get(ending).increment();
    }
}
