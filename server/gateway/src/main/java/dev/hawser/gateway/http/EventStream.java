package dev.hawser.gateway.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.connection.Resumption;
import dev.hawser.core.dialect.EventBytes;
import dev.hawser.core.fanout.Hub;
import dev.hawser.core.model.Epoch;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.session.Sessions;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * A session's log as server-sent events (WHATWG HTML §9.2): each event one message whose {@code id} is its sequence.
 * Where replay is not possible, an event named {@code resumed} says so and brings a snapshot to go on from. Comments
 * keep the wire alive. Ends with the credential.
 */
final class EventStream {
    /** No blank line behind it: readers that take what stands before one for an event find none without data. */
    private static final byte[] HELLO = ascii("retry: 1000\n");
    private static final byte[] HEARTBEAT = ascii(": heartbeat\n\n");
    private static final byte[] END = ascii("\n\n");

    private final Sessions sessions;
    private final Hub hub;
    private final SessionKey session;
    private final Epoch epoch;
    private final Duration heartbeat;
    private final InstantSource clock;
    private final Instant expiresAt;

    EventStream(Sessions sessions, Hub hub, SessionKey session, Epoch epoch, Duration heartbeat, InstantSource clock,
            Instant expiresAt) {
        this.sessions = sessions;
        this.hub = hub;
        this.session = session;
        this.epoch = epoch;
        this.heartbeat = heartbeat;
        this.clock = clock;
        this.expiresAt = expiresAt;
    }

    /**
     * Writes until the peer leaves, the credential ends or the thread is interrupted. Blocks.
     *
     * @param resumption whether replay from {@code after} is possible
     */
    void write(HttpExchange.ResponseStream out, Resumption resumption, long after)
            throws HttpExchange.PeerLeft, InterruptedException {
        out.write(HELLO);
        long from = resumption == Resumption.RECOVERED ? after : resumed(out, resumption);
        while (follow(out, from)) {
            from = resumed(out, Resumption.EXPIRED);
        }
    }

    /** @return whether the follower fell so far behind that it has to begin again; otherwise it is over */
    private boolean follow(HttpExchange.ResponseStream out, long after) 
            throws HttpExchange.PeerLeft, InterruptedException {
        try (Feed feed = new Feed(hub, sessions, session, after)) {
            out.onClose(feed::close);
            while (!feed.closed()) {
                Duration left = expiresAt.equals(Instant.MAX)
                        ? heartbeat
                        : Duration.between(clock.instant(), expiresAt);
                if (!left.isPositive()) {
                    return false;
                }
                Optional<List<Event>> events = feed.next(left.compareTo(heartbeat) < 0 ? left : heartbeat);
                if (events.isEmpty()) {
                    return true;
                }
                out.write(events.get().isEmpty() ? HEARTBEAT : messages(events.get()));
            }
            return false;
        }
    }

    private long resumed(HttpExchange.ResponseStream out, Resumption resumption)
            throws HttpExchange.PeerLeft, InterruptedException {
        ObjectNode missed = EventRoutes.missed(sessions, session, resumption.reason(), epoch.value());
        missed.remove("events");
        long last = missed.path("lastSequence").longValue();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(ascii("event: resumed\nid: " + last + "\ndata: "));
        bytes.writeBytes(Json.bytes(missed));
        bytes.writeBytes(END);
        out.write(bytes.toByteArray());
        return last;
    }

    private static byte[] messages(List<Event> events) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(events.size() * 256);
        for (Event event : events) {
            bytes.writeBytes(ascii("id: " + event.sequence() + "\ndata: "));
            bytes.writeBytes(EventBytes.plain(event));
            bytes.writeBytes(END);
        }
        return bytes.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
