package dev.hawser.core.dialect.standard;

import dev.hawser.core.dialect.Decoded;
import dev.hawser.core.dialect.Dialect;
import dev.hawser.core.dialect.EventBytes;
import dev.hawser.core.dialect.Outbound;
import dev.hawser.core.dialect.Target;
import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.Epoch;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.SessionId;
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
        String session = either(query, "conversationId", "conversation_id");
        String agent = either(query, "agent", "definition_id");
        String last = either(query, "lastSequence", "lastMessageSequence");
        SessionId id = null;
        AgentName name = null;
        try {
            id = session == null ? null : new SessionId(session);
        } catch (IllegalArgumentException e) {
            return new Target.UnknownSession();
        }
        try {
            name = agent == null ? null : new AgentName(agent);
        } catch (IllegalArgumentException e) {
            return new Target.UnknownAgent();
        }
        try {
            Long sequence = last == null ? null : Long.valueOf(last);
            if (sequence != null && sequence < 0) {
                return new Target.Invalid("lastSequence must be a whole number from 0");
            }
            return new Target.Valid(id, query.get("epoch"), sequence, name);
        } catch (NumberFormatException e) {
            return new Target.Invalid("lastSequence must be a whole number from 0");
        }
    }

    private static String either(Map<String, String> query, String name, String alias) {
        String value = query.getOrDefault(name, query.get(alias));
        return value == null || value.isEmpty() ? null : value;
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
