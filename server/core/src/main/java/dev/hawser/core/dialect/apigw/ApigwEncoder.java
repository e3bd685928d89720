package dev.hawser.core.dialect.apigw;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.dialect.Outbound;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Json;

/** From messages to frames. */
final class ApigwEncoder {
    private static final byte[] NOTHING = {};

    private ApigwEncoder() {}

    /** @return empty for what API Gateway's clients know nothing of */
    static byte[] encode(Outbound outbound) {
        return switch (outbound.message()) {
            case Outbound.Pong _ -> Json.bytes(typed("pong"));
            case Outbound.Failed failed -> Json.bytes(failed(failed.fault()));
            case Outbound.RunAccepted accepted -> Json.bytes(typed("accepted")
                    .put("run_id", accepted.run().value())
                    .put("chat_session_id", outbound.session().value()));
            case Outbound.Resumed resumed when resumed.snapshot() != null -> Json.bytes(snapshot(outbound, resumed));
            case Outbound.Notice notice -> Json.bytes(typed("notice").put("name", notice.name()).set("value", notice.value()));
            case Outbound.Established _, Outbound.Resumed _, Outbound.Closing _, Outbound.Ping _, Outbound.AuthRefreshed _,
                    Outbound.SessionCreated _, Outbound.Subscribed _, Outbound.Unsubscribed _, Outbound.RunCancelling _,
                    Outbound.ApprovalRecorded _, Outbound.Noted _, Outbound.Echo _, Outbound.ToDevice _ -> NOTHING;
        };
    }

    private static ObjectNode typed(String type) {
        return Json.object().put("type", type);
    }

    private static ObjectNode failed(Fault fault) {
        ObjectNode error = typed("error").put("code", fault.code().name()).put("message", fault.message());
        fault.retryAfterIfKnown().ifPresent(after -> error.put("retryAfterMs", after.toMillis()));
        return error;
    }

    /** Events that this wire still lacked are gone from the log. */
    private static ObjectNode snapshot(Outbound outbound, Outbound.Resumed resumed) {
        ObjectNode message = typed("snapshot")
                .put("chat_session_id", outbound.session().value())
                .put("reason", resumed.reason());
        return message.set("snapshot", Json.MAPPER.valueToTree(resumed.snapshot()));
    }
}
