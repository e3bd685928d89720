package dev.hawser.core.dialect.envelope;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.dialect.Outbound;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Json;
import java.nio.charset.StandardCharsets;

/** From a connection's own messages to frames. */
final class EnvelopeMessages {
    private EnvelopeMessages() {}

    static byte[] encode(Outbound outbound) {
        return switch (outbound.message()) {
            case Outbound.SessionCreated _ ->
                    frame("session.created", outbound, Json.object().put("sessionId", outbound.session().value()));
            case Outbound.Pong _ -> frame("pong", outbound, Json.object());
            case Outbound.Failed failed -> error(outbound, failed.fault());
            case Outbound.Resumed resumed when resumed.reason() != null -> error(outbound, Fault.of(Code.CONFLICT,
                    "Messages of this session were missed and are not kept any more; it goes on with what comes next"));
            case Outbound.Echo echo -> echo.text().getBytes(StandardCharsets.UTF_8);
            case Outbound.Established _, Outbound.Resumed _, Outbound.Closing _, Outbound.Ping _, Outbound.AuthRefreshed _,
                    Outbound.Subscribed _, Outbound.Unsubscribed _, Outbound.RunAccepted _, Outbound.RunCancelling _,
                    Outbound.ApprovalRecorded _, Outbound.Noted _, Outbound.Notice _, Outbound.ToDevice _ -> new byte[0];
        };
    }

    private static byte[] error(Outbound outbound, Fault fault) {
        ObjectNode payload = Json.object().put("code", fault.code().name()).put("message", fault.message());
        fault.retryAfterIfKnown().ifPresent(after -> payload.put("retryAfterMs", after.toMillis()));
        return frame("error", outbound, payload);
    }

    private static byte[] frame(String type, Outbound outbound, ObjectNode payload) {
        return EnvelopeEvents.frame(type, outbound.session(), outbound.answers(), payload);
    }
}
