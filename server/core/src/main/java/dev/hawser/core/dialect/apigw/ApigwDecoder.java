package dev.hawser.core.dialect.apigw;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.dialect.Decoded;
import dev.hawser.core.dialect.Fields;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.QueueMessage;
import dev.hawser.core.model.SessionId;

/** From frames to commands: there are two. */
final class ApigwDecoder {
    /** Longest id of a matter, in UTF-16 units. */
    private static final int MAX_MATTER = 128;

    private ApigwDecoder() {}

    static Decoded decode(byte[] frame) {
        try {
            Fields fields = new Fields(Fields.object(frame));
            return new Decoded.Accepted(null, command(fields));
        } catch (Fields.Refused refused) {
            return new Decoded.Rejected(null, refused.fault());
        }
    }

    private static Command command(Fields fields) {
        String type = fields.text("type");
        if (type == null) {
            return message(fields);
        }
        if (type.equals("ping")) {
            return new Command.Ping(null);
        }
        throw new Fields.Refused(Fault.of(Code.UNKNOWN_TYPE));
    }

    private static Command message(Fields fields) {
        String matter = fields.requiredText("matter_id");
        if (matter.isBlank() || matter.length() > MAX_MATTER) {
            throw Fields.wrong("matter_id", "a string of 1 to " + MAX_MATTER + " characters");
        }
        SessionId session = fields.requiredId(SessionId::new, "chat_session_id");
        String text = fields.requiredText("message");
        if (text.isBlank()) {
            throw Fields.wrong("message", "more than blanks");
        }
        ObjectNode metadata = Json.object().put(QueueMessage.MATTER, matter);
        return new Command.SendMessage(session, text, null, metadata, null, true);
    }
}
