package dev.hawser.core.dialect.hitl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.dialect.Decoded;
import dev.hawser.core.dialect.Fields;
import dev.hawser.core.model.ApprovalId;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.Decision;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.RunId;

/** From frames to commands. */
final class HitlDecoder {
    private HitlDecoder() {}

    static Decoded decode(byte[] frame) {
        try {
            ObjectNode message = Fields.object(frame);
            Fields top = new Fields(message);
            String type = top.requiredText("type");
            ObjectNode data = top.object("data");
            return new Decoded.Accepted(null, command(type, data == null ? top : new Fields(merged(message, data))));
        } catch (Fields.Refused refused) {
            return new Decoded.Rejected(null, refused.fault());
        }
    }

    /** What is in {@code data} counts, then what is beside it. */
    private static ObjectNode merged(ObjectNode message, ObjectNode data) {
        ObjectNode merged = Json.object();
        merged.setAll(message);
        data.properties().stream().filter(field -> !field.getValue().isNull())
                .forEach(field -> merged.set(field.getKey(), field.getValue()));
        return merged;
    }

    private static Command command(String type, Fields fields) {
        return switch (type) {
            case "execute" -> execute(fields);
            case "approve" -> decide(fields, Decision.Kind.APPROVE, null, null);
            case "reject" -> decide(fields, Decision.Kind.REJECT, null, fields.text("reason"));
            case "edit" -> decide(
                    fields, Decision.Kind.EDIT, fields.required(fields.object("edited_args"), "edited_args"), null);
            case "cancel" -> new Command.CancelRun(fields.requiredId(RunId::new, "execution_id"));
            case "ping" -> new Command.Ping(null);
            default -> throw new Fields.Refused(Fault.of(Code.UNKNOWN_TYPE));
        };
    }

    private static Command execute(Fields fields) {
        String command = fields.requiredText("command");
        if (command.isBlank()) {
            throw Fields.wrong("command", "more than blanks");
        }
        JsonNode plan = fields.node("plan");
        return new Command.SendMessage(null, command, null, plan == null ? null : Json.object().set("plan", plan), null);
    }

    private static Command decide(Fields fields, Decision.Kind kind, JsonNode editedArgs, String reason) {
        return new Command.Decide(fields.requiredId(ApprovalId::new, "request_id"), kind, editedArgs, reason);
    }
}
