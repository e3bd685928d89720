package dev.hawser.gateway.ws;

import dev.hawser.core.dialect.Dialect;
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

    public WsMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** The counts of one dialect. Ask once for each. */
    OfDialect of(Dialect dialect) {
        return new OfDialect(dialect.name());
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

    /** Counts that every wire of a dialect shares. */
    final class OfDialect {
        private final String dialect;
        private final AtomicInteger open = new AtomicInteger();
        private final LongAdder received = new LongAdder();
        private final LongAdder bytesReceived = new LongAdder();
        private final LongAdder sent = new LongAdder();
        private final LongAdder deliveries = new LongAdder();
        private final LongAdder bytesSent = new LongAdder();

        OfDialect(String dialect) {
            this.dialect = dialect;
            Gauge.builder("hawser.connections", open, AtomicInteger::get)
                    .description("WebSocket connections that are open").tag("dialect", dialect).register(registry);
            counter("hawser.messages.received", "Messages from WebSocket clients", received);
            counter("hawser.bytes.received", "Bytes of messages from WebSocket clients", bytesReceived);
            counter("hawser.messages.sent", "Messages to WebSocket clients beside events", sent);
            counter("hawser.deliveries", "Events written to WebSocket connections", deliveries);
            counter("hawser.bytes.sent", "Bytes handed to WebSocket connections", bytesSent);
        }

        private void counter(String name, String description, LongAdder adder) {
            FunctionCounter.builder(name, adder, LongAdder::sum)
                    .description(description).tag("dialect", dialect).register(registry);
        }

        void opened() {
            open.incrementAndGet();
            wires.incrementAndGet();
        }

        void gone() {
            open.decrementAndGet();
            if (wires.decrementAndGet() == 0) {
                synchronized (wires) {
                    wires.notifyAll();
                }
            }
        }

        /** @param size of the message as it came, in bytes */
        void received(int size) {
            received.increment();
            bytesReceived.add(size);
        }

        /** A message of the connection's own. */
        void sent(int size) {
            sent.increment();
            bytesSent.add(size);
        }

        void delivered(int events, int size) {
            deliveries.add(events);
            bytesSent.add(size);
        }

        /** The server closes a wire. */
        void closed(CloseCode code) {
            closed(Integer.toString(code.code()), "server");
        }

        /** The peer closes a wire, with a code of its choice. */
        void closedByPeer(int code) {
            boolean usual = code >= 1000 && code <= 1014;
            closed(usual ? Integer.toString(code) : "other", "peer");
        }

        /** The wire broke off without a word. */
        void lost() {
            closed("1006", "peer");
        }

        private void closed(String code, String by) {
            Counter.builder("hawser.connections.closed").description("WebSocket connections that came to an end")
                    .tag("dialect", dialect).tag("code", code).tag("by", by).register(registry).increment();
        }

        /** @param reason one of a fixed set */
        void refused(String reason) {
            Counter.builder("hawser.refusals").description("Connections and requests that were refused")
                    .tag("reason", reason).register(registry).increment();
        }
    }
}
