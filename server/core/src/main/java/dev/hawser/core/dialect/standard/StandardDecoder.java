package dev.hawser.core.dialect.standard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.dialect.Decoded;
import dev.hawser.core.dialect.Fields;
import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.ApprovalId;
import dev.hawser.core.model.Caller;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.Decision;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.SessionId;

/** From frames to commands. */
final class StandardDecoder {
    private StandardDecoder() {}

    static Decoded decode(byte[] frame) {
        String id = null;
        try {
            ObjectNode message = Fields.object(frame);
            id = message.path("id").textValue();
            Fields envelope = new Fields(message);
            if (envelope.text("id") != null && (id.isEmpty() || id.length() > Caller.MAX_COMMAND_ID)) {
                id = null;
                throw Fields.wrong("id", "a string of 1 to " + Caller.MAX_COMMAND_ID + " characters");
            }
            String version = envelope.text("version");
            if (version != null && !version.equals("1") && !version.startsWith("1.")) {
                return new Decoded.WrongVersion(id);
            }
            ObjectNode payload = envelope.object("payload");
            return new Decoded.Accepted(id, command(envelope.requiredText("type"), envelope,
                    new Fields(payload == null ? Json.object() : payload)));
        } catch (Fields.Refused refused) {
            return new Decoded.Rejected(id, refused.fault());
        }
    }

    private static Command command(String type, Fields envelope, Fields payload) {
        return switch (type) {
            case "data.message.send" -> {
                String text = payload.requiredText("text", "content");
                if (text.isBlank()) {
                    throw Fields.wrong("text", "more than blanks");
                }
                yield new Command.SendMessage(session(envelope, payload), text, payload.id(AgentName::new, "agent"),
                        payload.object("metadata"), null);
            }
            case "data.ui.action" -> new Command.ActOnUi(session(envelope, payload), payload.required(action(payload), "action"));
            case "control.conversation.create" ->
                    new Command.CreateSession(session(envelope, payload), payload.object("metadata"));
            case "control.conversation.subscribe" -> new Command.Subscribe(
                    required(envelope, payload), payload.text("epoch"), payload.count("lastSequence", "lastMessageSequence"));
            case "control.conversation.unsubscribe" -> new Command.Unsubscribe(required(envelope, payload));
            case "control.run.cancel", "control.flow.cancel" ->
                    new Command.CancelRun(payload.requiredId(RunId::new, "runId"));
            case "control.approval.decide" -> decide(payload);
            case "system.connection.resume" -> {
                if (!payload.has("lastSequence") && !payload.has("lastMessageSequence")) {
                    throw Fields.missing("lastSequence");
                }
                yield new Command.Resume(required(envelope, payload), payload.text("epoch"),
                        payload.count("lastSequence", "lastMessageSequence"));
            }
            case "system.connection.close" -> new Command.Close(payload.text("reason"));
            case "system.auth.refresh" -> new Command.RefreshAuth(payload.requiredText("token"));
            case "system.ping" -> new Command.Ping(timestamp(payload));
            case "system.pong" -> new Command.Pong();
            default -> throw new Fields.Refused(Fault.of(Code.UNKNOWN_TYPE));
        };
    }

    /** The action of A2UI: the payload's {@code action}, or the whole payload. */
    private static JsonNode action(Fields payload) {
        JsonNode action = payload.node("action");
        return action != null ? action : payload.whole();
    }

    private static Command.Decide decide(Fields payload) {
        ApprovalId approval = payload.requiredId(ApprovalId::new, "approvalId");
        Decision.Kind kind = switch (payload.requiredText("decision")) {
            case "approve" -> Decision.Kind.APPROVE;
            case "reject" -> Decision.Kind.REJECT;
            case "edit" -> Decision.Kind.EDIT;
            default -> throw Fields.wrong("decision", "approve, reject or edit");
        };
        JsonNode edited = payload.object("editedArgs");
        if (kind == Decision.Kind.EDIT) {
            payload.required(edited, "editedArgs");
        }
        return new Command.Decide(approval, kind, kind == Decision.Kind.EDIT ? edited : null, payload.text("reason"));
    }

    private static SessionId session(Fields envelope, Fields payload) {
        SessionId named = payload.id(SessionId::new, "conversationId", "conversation_id");
        return named != null ? named : envelope.id(SessionId::new, "conversationId", "conversation_id");
    }

    private static SessionId required(Fields envelope, Fields payload) {
        return payload.required(session(envelope, payload), "conversationId");
    }

    /** Clients put numbers and strings there; both come back as they were. */
    private static JsonNode timestamp(Fields payload) {
        JsonNode timestamp = payload.node("timestamp");
        return timestamp != null && (timestamp.isTextual() || timestamp.isNumber()) ? timestamp : null;
    }
}
