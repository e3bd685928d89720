package dev.hawser.core.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/**
 * A run as it is put into an external queue, for a consumer that works on one attempt of it. Its JSON has exactly the keys
 * {@code version, run_id, attempt, connection_id, firm_id, user_id, matter_id, chat_session_id, message, agent, enqueued_at,
 * traceparent, events_url, run_token}; what there is none of is null.
 *
 * @param run         whose tenant is the {@code firm_id}, and its session the {@code chat_session_id}
 * @param attempt     the one that the consumer makes, from 1; the fence of its events
 * @param enqueuedAt  to the millisecond
 * @param traceparent W3C Trace Context §3.2; null where nothing is traced
 * @param eventsUrl   where the consumer posts its events
 * @param runToken    what it shows there: a secret, so {@code toString} leaves it out
 */
public record QueueMessage(
        Run run, int attempt, Instant enqueuedAt, String traceparent, String eventsUrl, String runToken) {
    /** The version of the message's form. */
    public static final String VERSION = "1.0";
    /** The key, in the metadata of a message, of the matter that it is about. */
    public static final String MATTER = "matter_id";

    /** @throws IllegalArgumentException where there is no such attempt */
    public QueueMessage {
        if (attempt < 1) {
            throw new IllegalArgumentException("attempts are counted from 1");
        }
    }

    /** One JSON object in UTF-8. */
    public byte[] json() {
        ObjectNode message = Json.object()
                .put("version", VERSION)
                .put("run_id", run.id().value())
                .put("attempt", attempt)
                .put("connection_id", run.connection() == null ? null : run.connection().value())
                .put("firm_id", run.key().session().tenant().value())
                .put("user_id", run.user().value());
        message.set(MATTER, matter());
        message.put("chat_session_id", run.key().session().session().value())
                .put("message", run.text())
                .put("agent", run.agent().value())
                .put("enqueued_at", Json.time(enqueuedAt))
                .put("traceparent", traceparent)
                .put("events_url", eventsUrl)
                .put("run_token", runToken);
        return Json.bytes(message);
    }

    /** As the sender named it, be it no string. */
    private JsonNode matter() {
        JsonNode matter = run.metadata() == null ? null : run.metadata().get(MATTER);
        return matter == null ? Json.MAPPER.nullNode() : matter;
    }

    @Override
    public String toString() {
        return "QueueMessage[" + run.id() + ", attempt " + attempt + "]";
    }
}
