package dev.hawser.core.dialect.envelope;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.dialect.Decoded;
import dev.hawser.core.dialect.Fields;
import dev.hawser.core.model.Caller;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.SessionId;
import java.nio.charset.StandardCharsets;

/** From frames to commands. */
final class EnvelopeDecoder {
    private EnvelopeDecoder() {}

    static Decoded decode(byte[] frame, boolean echoes) {
        ObjectNode message;
        try {
            message = Fields.object(frame);
        } catch (Fields.Refused refused) {
            return echoes ? new Decoded.Accepted(null, new Command.Echo(new String(frame, StandardCharsets.UTF_8)))
                    : new Decoded.Rejected(null, refused.fault());
        }
        String request = message.path("requestId").textValue();
        try {
            Fields envelope = new Fields(message);
            if (envelope.text("requestId") != null && (request.isEmpty() || request.length() > Caller.MAX_COMMAND_ID)) {
                request = null;
                throw Fields.wrong("requestId", "a string of 1 to " + Caller.MAX_COMMAND_ID + " characters");
            }
            return new Decoded.Accepted(request, command(envelope));
        } catch (Fields.Refused refused) {
            return new Decoded.Rejected(request, refused.fault());
        }
    }

    private static Command command(Fields envelope) {
        String type = envelope.requiredText("type");
        SessionId session = envelope.id(SessionId::new, "sessionId");
        return switch (type) {
            case "ping" -> new Command.Ping(session, null);
            case "chat.send" -> {
                ObjectNode payload = envelope.object("payload");
                String text = new Fields(payload == null ? Json.object() : payload).requiredText("text");
                if (text.isBlank()) {
                    throw Fields.wrong("text", "more than blanks");
                }
                yield new Command.SendMessage(session, text, null, null, null);
            }
            case "a2ui.action" ->
                    new Command.ActOnUi(session, envelope.required(envelope.node("payload"), "payload"), session == null);
            default -> throw new Fields.Refused(Fault.of(Code.UNKNOWN_TYPE));
        };
    }
}
