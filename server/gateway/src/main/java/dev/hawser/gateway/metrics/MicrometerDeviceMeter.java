package dev.hawser.gateway.metrics;

import dev.hawser.core.device.DeviceMeter;
import dev.hawser.core.model.ToolCall;
import dev.hawser.core.model.ToolOutcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.function.IntSupplier;

/** What happens with devices, as Micrometer meters. Safe for all threads. */
public final class MicrometerDeviceMeter implements DeviceMeter {
    private final MeterRegistry registry;

    public MicrometerDeviceMeter(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Has the number of connected devices shown. */
    public void connected(IntSupplier count) {
        Gauge.builder("hawser.devices", count, IntSupplier::getAsInt)
                .description("Devices that are connected to this node")
                .strongReference(true)
                .register(registry);
    }

    @Override
    public void dropped(Dropped what) {
        Counter.builder("hawser.devices.dropped")
                .description("What devices said without effect")
                .tag("what", what.name().toLowerCase(Locale.ROOT))
                .register(registry)
                .increment();
    }

    @Override
    public void called(ToolCall ended) {
        Timer.builder("hawser.devices.calls")
                .description("Calls of tools on devices, from the asking to the outcome")
                .tag("outcome", outcome(ended.outcome()))
                .register(registry)
                .record(Duration.between(ended.createdAt(), ended.endedAt()));
    }

    private static String outcome(ToolOutcome outcome) {
        if (outcome.code() != null) {
            return outcome.code().name();
        }
        return outcome.error() == null ? "ok" : "failed";
    }
}
