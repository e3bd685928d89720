package dev.hawser.bench.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.bench.agent.PullAgent;
import dev.hawser.bench.agent.RunStream;
import dev.hawser.bench.child.Gateway;
import dev.hawser.bench.stats.Latencies;
import dev.hawser.bench.stats.Percentiles;
import dev.hawser.bench.wire.FrameListener;
import dev.hawser.bench.wire.Publisher;
import dev.hawser.bench.wire.Scan;
import dev.hawser.bench.wire.Wire;
import dev.hawser.bench.wire.WireClient;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One run after another: from the user's message to the claim's answer, and from there to the first event at the user's. */
final class FirstEvents implements FrameListener {
    private static final byte[] DELTA = Scan.needle("\"data.text.delta\"");
    private static final byte[] ENDED = Scan.needle("\"data.run.completed\"");
    private static final int WARM_UP = 100;

    private final BlockingQueue<Long> first = new LinkedBlockingQueue<>();
    private final BlockingQueue<Long> ended = new LinkedBlockingQueue<>();
    private final Latencies claims = new Latencies();
    private final Latencies events = new Latencies();

    /** What was measured. */
    record Result(Percentiles messageToClaim, Percentiles claimToEvent) {}

    static Result measure(WireClient client, Gateway gateway, PullAgent agent, String message, int runs)
            throws InterruptedException {
        var measured = new FirstEvents();
        Wire wire = client.openAll(1, _ -> gateway.endpoint(Optional.empty()), _ -> measured).getFirst();
        for (int i = 0; i < WARM_UP + runs; i++) {
            if (i == WARM_UP) {
                measured.claims.startWindow();
                measured.events.startWindow();
            }
            measured.run(wire, agent, message);
        }
        wire.close();
        measured.claims.interval();
        measured.events.interval();
        return new Result(measured.claims.window(), measured.events.window());
    }

    private void run(Wire wire, PullAgent agent, String message) throws InterruptedException {
        long sent = System.nanoTime();
        wire.send(message);
        List<JsonNode> runs = agent.claim(1);
        long claimed = System.nanoTime();
        if (runs.isEmpty()) {
            throw new LostEvents("no run could be claimed");
        }
        RunStream stream = agent.open(runs.getFirst()).join();
        stream.publish(1);
        Long seen = first.poll(15, TimeUnit.SECONDS);
        stream.end();
        if (seen == null || ended.poll(15, TimeUnit.SECONDS) == null) {
            throw new LostEvents("a run's only event or its end did not come");
        }
        claims.record(claimed - sent);
        events.record(seen - claimed);
    }

    @Override
    public void text(Wire wire, ByteBuf bytes, int from, int length, long readNanos) {
        int to = from + length;
        if (bytes.indexOf(from, to, Publisher.STAMP) >= 0 && Scan.after(bytes, from, to, DELTA) >= 0) {
            first.add(readNanos);
        } else if (Scan.after(bytes, from, to, ENDED) >= 0) {
            ended.add(readNanos);
        }
    }
}
