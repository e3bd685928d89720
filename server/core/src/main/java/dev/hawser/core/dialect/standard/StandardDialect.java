package dev.hawser.core.dialect.standard;

import dev.hawser.core.dialect.Decoded;
import dev.hawser.core.dialect.Dialect;
import dev.hawser.core.dialect.EventBytes;
import dev.hawser.core.dialect.Outbound;
import dev.hawser.core.dialect.Target;
import dev.hawser.core.model.Epoch;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.SessionKey;
import java.time.Instant;
import java.util.Map;

/** The dialect {@code standard}, at {@code /ws}. */
public final class StandardDialect implements Dialect {
    /** What every message says of itself; clients of the same major version are understood. */
    static final String VERSION = "1.0";

    @Override
    public String name() {
        return "standard";
    }

    @Override
    public String path() {
        return "/ws";
    }

    @Override
    public Target target(Map<String, String> query) {
        return Target.of(either(query, "conversationId", "conversation_id"), either(query, "agent", "definition_id"),
                query.get("epoch"), either(query, "lastSequence", "lastMessageSequence"));
    }

    private static String either(Map<String, String> query, String name, String alias) {
        return query.getOrDefault(name, query.get(alias));
    }

    @Override
    public Decoded decode(byte[] frame) {
        return StandardDecoder.decode(frame);
    }

    @Override
    public byte[] encode(Outbound message, String id, Instant now) {
        return StandardEncoder.encode(message, id, now);
    }

    @Override
    public byte[] encode(SessionKey session, Epoch epoch, Event event) {
        return new EventBytes(event.json().length + 360)
                .raw("{\"id\":").quoted(event.id(epoch))
                .raw(",\"type\":\"data.").type(event.type())
                .raw("\",\"version\":\"" + VERSION + "\",\"timestamp\":\"").time(event.time())
                .raw("\",\"source\":\"server\",\"conversationId\":").quoted(session.session().value())
                .raw(",\"sequence\":").number(event.sequence())
                .raw(",\"payload\":{").fields(event, false)
                .raw("}}")
                .bytes();
    }
}
