package dev.hawser.bench.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hawser.bench.wire.FrameListener;
import dev.hawser.bench.wire.Scan;
import dev.hawser.bench.wire.Wire;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A wire that asks and reads the answers of the {@code standard} dialect; session events other than ends are skipped. */
final class Dialogue implements FrameListener {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final byte[] DELTA = Scan.needle("\"data.text.delta\"");
    private static final Duration ANSWER = Duration.ofSeconds(15);

    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();

    @Override
    public void text(Wire wire, ByteBuf bytes, int from, int length, long readNanos) {
        if (Scan.after(bytes, from, from + length, DELTA) < 0) {
            received.add(bytes.toString(from, length, StandardCharsets.UTF_8));
        }
    }

    /** The next message of that type; blocks, fails on {@code system.error} and when none comes in 15 s. */
    JsonNode await(String type) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + ANSWER.toNanos();
        var others = new ArrayList<String>();
        while (true) {
            String text = received.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (text == null) {
                throw new IllegalStateException("the gateway sent no " + type + " in time, only " + others);
            }
            JsonNode message = MAPPER.readTree(text);
            String found = message.path("type").asText();
            if (found.equals(type)) {
                return message;
            }
            if (found.equals("system.error") || found.equals("data.run.failed")) {
                throw new IllegalStateException("the gateway answered " + text);
            }
            others.add(found);
        }
    }
}
