package dev.hawser.gateway.metrics;

import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.routing.Observation;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/**
 * The owner of the meter registry and of the names of what commands, HTTP and fan-out measure; {@code docs/metrics.md}
 * lists every meter with unit and meaning. Tags come from small fixed sets, never from what a peer sends. Safe for all
 * threads.
 */
public final class Metrics implements Observation.Meter, AutoCloseable {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final AtomicInteger streams = new AtomicInteger();

    public Metrics() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        collections.bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        Gauge.builder("hawser.http.streams", streams, AtomicInteger::get)
                .description("Event streams over HTTP that are open")
                .register(registry);
    }

    /** Where other parts of the host register their own meters. */
    public MeterRegistry registry() {
        return registry;
    }

    /** Has the number of sessions that somebody follows shown. */
    public void followedSessions(IntSupplier count) {
        Gauge.builder("hawser.sessions.followed", count, IntSupplier::getAsInt)
                .description("Sessions that somebody follows on this node")
                .strongReference(true)
                .register(registry);
    }

    @Override
    public void handled(Command.Service command, Code refused, Duration took) {
        Timer.builder("hawser.commands")
                .description("Commands of clients, from their arrival to their answer")
                .tag("command", name(command))
                .tag("outcome", refused == null ? "ok" : refused.name())
                .register(registry)
                .record(took);
    }

    /** A request was answered; {@code route} is a template of the route table. */
    public void request(String method, String route, int status, Duration took) {
        Timer.builder("hawser.http.requests")
                .description("HTTP requests, from their arrival to the end of their answer")
                .tag("method", method)
                .tag("route", route)
                .tag("status", Integer.toString(status))
                .register(registry)
                .record(took);
    }

    /** A request was refused before it became a command. */
    public void refused(Code code) {
        Counter.builder("hawser.refusals")
                .description("Connections and requests that were refused")
                .tag("reason", code.name())
                .register(registry)
                .increment();
    }

    public void streamOpened() {
        streams.incrementAndGet();
    }

    public void streamClosed() {
        streams.decrementAndGet();
    }

    /** Everything in the text format of Prometheus, version 0.0.4. */
    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }

    private static String name(Command.Service command) {
        return switch (command) {
            case Command.SendMessage _ -> "send";
            case Command.CreateSession _ -> "create";
            case Command.CancelRun _ -> "cancel";
            case Command.Decide _ -> "decide";
            case Command.ActOnUi _ -> "act";
            case Command.CallTool _ -> "call";
        };
    }
}
