package dev.hawser.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.fanout.Hub;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.session.Sessions;
import dev.hawser.gateway.agui.AgUiEncoder;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * One run as AG-UI events over server-sent events, from a place in its session's log to its end or its next question. Comments
 * keep the wire alive. Ends with the credential, without a last event then.
 */
final class AgUiStream {
    /** How long questions that belong together may be apart. */
    private static final Duration TOGETHER = Duration.ofMillis(50);
    private static final byte[] HEARTBEAT = ": heartbeat\n\n".getBytes(StandardCharsets.US_ASCII);

    private final Sessions sessions;
    private final Hub hub;
    private final RunKey run;
    private final AgUiEncoder encoder;
    private final Duration heartbeat;
    private final InstantSource clock;
    private final Instant expiresAt;

    AgUiStream(Sessions sessions, Hub hub, RunKey run, AgUiEncoder encoder, Duration heartbeat, InstantSource clock,
            Instant expiresAt) {
        this.sessions = sessions;
        this.hub = hub;
        this.run = run;
        this.encoder = encoder;
        this.heartbeat = heartbeat;
        this.clock = clock;
        this.expiresAt = expiresAt;
    }

    /**
     * Writes until the run ends or asks, the peer leaves, the credential ends or the thread is interrupted. Blocks.
     *
     * @param after the sequence before the first event that counts
     * @param state what the caller does not know yet of what the session shared then; null for nothing
     */
    void write(HttpExchange.ResponseStream out, long after, JsonNode state)
            throws HttpExchange.PeerLeft, InterruptedException {
        out.write(messages(encoder.start(state)));
        try (Feed feed = new Feed(hub, sessions, run.session(), after)) {
            out.onClose(feed::close);
            while (!feed.closed() && !encoder.over()) {
                Duration patience = patience();
                if (!patience.isPositive()) {
                    return;
                }
                Optional<List<Event>> events = feed.next(patience);
                byte[] bytes = events.isEmpty()
                        ? messages(encoder.fail(Fault.of(Code.NOT_FOUND, "The events of this run are not kept any more")))
                        : bytes(events.get());
                if (bytes.length > 0) {
                    out.write(bytes);
                }
            }
        }
    }

    private Duration patience() {
        Duration most = encoder.waiting() ? TOGETHER : heartbeat;
        Duration left = expiresAt.equals(Instant.MAX) ? most : Duration.between(clock.instant(), expiresAt);
        return left.compareTo(most) < 0 ? left : most;
    }

    private byte[] bytes(List<Event> events) {
        if (events.isEmpty()) {
            return encoder.waiting() ? messages(encoder.interrupt()) : HEARTBEAT;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(events.size() * 256);
        for (Event event : events) {
            if (run.run().equals(event.run()) && !encoder.over()) {
                bytes.writeBytes(messages(encoder.waiting() && !AgUiEncoder.asks(event)
                        ? encoder.interrupt() : encoder.event(event)));
            }
        }
        return bytes.toByteArray();
    }

    private static byte[] messages(List<ObjectNode> events) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(events.size() * 256);
        for (ObjectNode event : events) {
            bytes.writeBytes("data: ".getBytes(StandardCharsets.US_ASCII));
            bytes.writeBytes(Json.bytes(event));
            bytes.writeBytes("\n\n".getBytes(StandardCharsets.US_ASCII));
        }
        return bytes.toByteArray();
    }
}
