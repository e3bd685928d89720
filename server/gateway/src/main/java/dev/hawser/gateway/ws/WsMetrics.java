package dev.hawser.gateway.ws;

import dev.hawser.core.model.CloseCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What the WebSocket side counts. Safe for all threads. */
public final class WsMetrics {
    private final MeterRegistry registry;
    private final AtomicInteger wires = new AtomicInteger();
    private final LongAdder received = new LongAdder();
    private final LongAdder deliveries = new LongAdder();
    private final LongAdder bytesReceived = new LongAdder();
    private final LongAdder bytes = new LongAdder();

    public WsMetrics(MeterRegistry registry) {
        this.registry = registry;
        Gauge.builder("hawser.connections", wires, AtomicInteger::get)
                .description("WebSocket connections that are open").register(registry);
        counter("hawser.messages.received", "Messages from WebSocket clients", received);
        counter("hawser.bytes.received", "Bytes of messages from WebSocket clients", bytesReceived);
        counter("hawser.deliveries", "Events written to WebSocket connections", deliveries);
        counter("hawser.bytes.sent", "Bytes handed to WebSocket connections", bytes);
    }

    private void counter(String name, String description, LongAdder adder) {
        FunctionCounter.builder(name, adder, LongAdder::sum)
                .description(description).register(registry);
    }

    void opened() {
        wires.incrementAndGet();
    }

    void gone() {
        if (wires.decrementAndGet() == 0) {
            synchronized (wires) {
                wires.notifyAll();
            }
        }
    }

    /** Blocks until no wire is open, or the time is over. */
    void awaitNone(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        synchronized (wires) {
            long left = deadline - System.nanoTime();
            while (wires.get() > 0 && left > 0) {
                TimeUnit.NANOSECONDS.timedWait(wires, left);
                left = deadline - System.nanoTime();
            }
        }
    }

    /** @param size of the message as it came, in bytes */
    void received(int size) {
        received.increment();
        bytesReceived.add(size);
    }

    void delivered(int events, int size) {
        deliveries.add(events);
        bytes.add(size);
    }

    /** The server closes a wire. */
    void closed(CloseCode code) {
        Counter.builder("hawser.connections.closed").description("WebSocket connections that the server closed")
                .tag("code", Integer.toString(code.code())).register(registry).increment();
    }

    /** @param reason one of a fixed set */
    void refused(String reason) {
        Counter.builder("hawser.refusals").description("Connections and requests that were refused")
                .tag("reason", reason).register(registry).increment();
    }
}
