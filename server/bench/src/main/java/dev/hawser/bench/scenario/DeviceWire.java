package dev.hawser.bench.scenario;

import dev.hawser.bench.child.Gateway;
import dev.hawser.bench.child.Lab;
import dev.hawser.bench.wire.FrameListener;
import dev.hawser.bench.wire.Wire;
import java.io.IOException;
import java.util.Optional;
import java.util.function.IntSupplier;

/** What one connection of a device carries: the text of a run that it works on, and answers to its pings. */
final class DeviceWire {
    static final String DIALECT = "device";

    private static final long SECOND = 1_000_000_000L;

    private final Lab lab;
    private final Gateway gateway;
    private final int window;
    private final long longestNanos;

    /** @param window most messages on their way */
    DeviceWire(Lab lab, Gateway gateway, int window, long longestNanos) {
        this.lab = lab;
        this.gateway = gateway;
        this.window = window;
        this.longestNanos = longestNanos;
    }

    /** Pieces of text a second, as a watcher of the session sees them stored. Blocks. */
    double taken(int warmup, int messages) throws IOException, InterruptedException {
        var device = new Dialogue();
        Wire wire = hello("worker", device);
        var asker = new Dialogue();
        Wire opener = lab.publishers().openAll(1, _ -> gateway.endpoint(Optional.empty()), _ -> asker).getFirst();
        asker.await("system.connection.established");
        opener.send("{\"type\":\"data.message.send\",\"payload\":{\"text\":\"go\",\"agent\":\"device\"}}");
        String session = asker.await("control.conversation.created").path("payload").path("conversationId").asText();
        String run = device.await("agent_run").path("run_id").asText();
        opener.close();
        var seen = new Matches("\"data.text.delta\"");
        Wire watcher = lab.watchers().openAll(1, _ -> gateway.endpoint(Optional.of(session)), _ -> seen).getFirst();
        double rate = rate(wire, "{\"type\":\"agent_data\",\"run_id\":\"" + run + "\",\"data\":\"message \"}", seen::count,
                warmup, messages);
        watcher.abort();
        wire.abort();
        return rate;
    }

    /** Pings answered a second. Blocks. */
    double answered(int warmup, int messages) throws InterruptedException {
        var pongs = new Matches("\"pong\"");
        Wire wire = hello("pinger", pongs);
        double rate = rate(wire, "{\"type\":\"ping\"}", pongs::count, warmup, messages);
        wire.abort();
        return rate;
    }

    private Wire hello(String device, FrameListener listener) throws InterruptedException {
        Wire wire = lab.publishers().openAll(1, _ -> gateway.at("/api/v1/ws/device"), _ -> listener).getFirst();
        wire.send("{\"type\":\"device_hello\",\"device_id\":\"" + device + "\",\"agent_ids\":[\"device\"]}");
        return wire;
    }

    private double rate(Wire wire, String message, IntSupplier done, int warmup, int messages) throws InterruptedException {
        double rate = 0;
        int sent = 0;
        for (int count : new int[] {warmup, messages}) {
            int end = sent + count;
            long begun = System.nanoTime();
            while (done.getAsInt() < end) {
                while (sent < end && sent - done.getAsInt() < window) {
                    wire.send(message);
                    sent++;
                }
                if (System.nanoTime() - begun > longestNanos) {
                    throw new LostEvents("device: only " + done.getAsInt() + " messages came in time");
                }
                Thread.sleep(0, 200_000);
            }
            rate = count * (double) SECOND / (System.nanoTime() - begun);
        }
        return rate;
    }
}
