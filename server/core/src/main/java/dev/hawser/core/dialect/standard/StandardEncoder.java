package dev.hawser.core.dialect.standard;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.dialect.Outbound;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.Position;
import java.time.Instant;

/** From messages to frames. */
final class StandardEncoder {
    private StandardEncoder() {}

    static byte[] encode(Outbound outbound, String id, Instant now) {
        String type = type(outbound.message());
        if (type.isEmpty()) {
            return new byte[0];
        }
        ObjectNode envelope = Json.object()
                .put("id", id)
                .put("type", type)
                .put("version", StandardDialect.VERSION)
                .put("timestamp", Json.time(now))
                .put("source", "server");
        String session = outbound.session() == null ? null : outbound.session().value();
        if (session != null) {
            envelope.put("conversationId", session);
        }
        if (outbound.answers() != null) {
            envelope.put("correlationId", outbound.answers());
        }
        envelope.set("payload", payload(outbound.message(), session, now));
        return Json.bytes(envelope);
    }

    /** Empty for what the dialect has no message for. */
    private static String type(Outbound.Message message) {
        return switch (message) {
            case Outbound.Established _ -> "system.connection.established";
            case Outbound.Resumed _ -> "system.connection.resumed";
            case Outbound.Closing _ -> "system.connection.close";
            case Outbound.Ping _ -> "system.ping";
            case Outbound.Pong _ -> "system.pong";
            case Outbound.Failed _ -> "system.error";
            case Outbound.AuthRefreshed _ -> "system.auth.refreshed";
            case Outbound.SessionCreated _ -> "control.conversation.created";
            case Outbound.Subscribed _ -> "control.conversation.subscribed";
            case Outbound.Unsubscribed _ -> "control.conversation.unsubscribed";
            case Outbound.RunAccepted _ -> "control.run.accepted";
            case Outbound.RunCancelling _ -> "control.run.cancelling";
            case Outbound.ApprovalRecorded _ -> "control.approval.recorded";
            case Outbound.Notice _ -> "control.notice";
            case Outbound.Noted _, Outbound.Echo _ -> "";
            case Outbound.ToDevice _ -> throw new IllegalArgumentException("not for this wire: " + message);
        };
    }

    private static ObjectNode payload(Outbound.Message message, String session, Instant now) {
        ObjectNode payload = Json.object();
        return switch (message) {
            case Outbound.Established established -> established(established, session, now);
            case Outbound.Resumed resumed -> resumed(resumed, session);
            case Outbound.Closing closing -> {
                payload.put("reason", closing.reason()).put("code", closing.code().code());
                yield closing.reconnectAfter() == null
                        ? payload : payload.put("reconnectAfterMs", closing.reconnectAfter().toMillis());
            }
            case Outbound.Ping _ -> payload.put("timestamp", Json.time(now));
            case Outbound.Pong pong -> pong.timestamp() == null
                    ? payload.put("timestamp", Json.time(now)) : payload.set("timestamp", pong.timestamp());
            case Outbound.Failed failed -> failed(failed.fault());
            case Outbound.AuthRefreshed refreshed -> payload.put("expiresAt", Json.time(refreshed.expiresAt()));
            case Outbound.SessionCreated created ->
                    conversation(session, created.epoch().value(), created.lastSequence());
            case Outbound.Subscribed subscribed ->
                    conversation(session, subscribed.epoch().value(), subscribed.lastSequence());
            case Outbound.Unsubscribed unsubscribed -> conversation(
                    session, unsubscribed.epoch().value(), unsubscribed.lastSequence());
            case Outbound.RunAccepted accepted -> payload.put("runId", accepted.run().value())
                    .put("messageId", accepted.message().value())
                    .put("status", accepted.status().wire());
            case Outbound.RunCancelling cancelling ->
                    payload.put("runId", cancelling.run().value()).put("status", cancelling.status().wire());
            case Outbound.ApprovalRecorded recorded -> payload.put("approvalId", recorded.approval().value())
                    .put("decision", recorded.decision().wire())
                    .put("won", recorded.won());
            case Outbound.Noted _, Outbound.Echo _ -> payload;
            case Outbound.Notice notice -> payload.put("name", notice.name()).set("value", notice.value());
            case Outbound.ToDevice _ -> throw new IllegalArgumentException("not for this wire: " + message);
        };
    }

    private static ObjectNode established(Outbound.Established established, String session, Instant now) {
        ObjectNode payload = Json.object().put("connectionId", established.connection().value());
        if (session != null) {
            payload.put("conversationId", session);
        }
        payload.put("userId", established.principal().user().value())
                .put("tenantId", established.principal().tenant().value());
        Position position = established.position();
        if (position != null) {
            payload.put("epoch", position.epoch().value()).put("lastSequence", position.last());
        }
        return payload.put("heartbeatIntervalMs", established.heartbeat().toMillis())
                .put("maxMessageBytes", established.maxMessageBytes())
                .put("serverTime", Json.time(now));
    }

    private static ObjectNode resumed(Outbound.Resumed resumed, String session) {
        ObjectNode payload = Json.object()
                .put("conversationId", session)
                .put("epoch", resumed.epoch().value())
                .put("recovered", resumed.reason() == null)
                .put("fromSequence", resumed.from())
                .put("toSequence", resumed.to());
        if (resumed.reason() != null) {
            payload.put("reason", resumed.reason());
            payload.set("snapshot", Json.MAPPER.valueToTree(resumed.snapshot()));
        }
        return payload;
    }

    private static ObjectNode failed(Fault fault) {
        ObjectNode payload = Json.object()
                .put("category", fault.code().category().wire())
                .put("code", fault.code().name())
                .put("message", fault.message());
        if (fault.field() != null) {
            payload.putObject("details").put("field", fault.field());
        }
        payload.put("isRetryable", fault.code().retryable());
        fault.retryAfterIfKnown().ifPresent(after -> payload.put("retryAfterMs", after.toMillis()));
        return payload;
    }

    private static ObjectNode conversation(String session, String epoch, long lastSequence) {
        return Json.object().put("conversationId", session).put("epoch", epoch).put("lastSequence", lastSequence);
    }
}
