package dev.hawser.core.dialect.hitl;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.dialect.Outbound;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.Position;
import dev.hawser.core.model.RunStatus;
import dev.hawser.core.model.SessionId;
import java.time.Instant;

/** From a connection's own messages to frames. */
final class HitlMessages {
    private HitlMessages() {}

    static byte[] encode(Outbound outbound, Instant now) {
        HitlFrame frame = frame(outbound.session(), outbound.message());
        return frame == null ? new byte[0] : frame.bytes(Json.time(now), null);
    }

    /** Null for what the dialect has no frame for. */
    private static HitlFrame frame(SessionId session, Outbound.Message message) {
        return switch (message) {
            case Outbound.Established established -> connected(session, established);
            case Outbound.Resumed resumed -> resumed(session, resumed);
            case Outbound.Pong _ -> new HitlFrame("pong");
            case Outbound.Failed failed -> failed(session, failed.fault());
            case Outbound.ApprovalRecorded recorded -> recorded.follows() ? null
                    : HitlEvents.decided(recorded.run(), recorded.approval().value(), recorded.decision(), null);
            case Outbound.RunCancelling cancelling -> cancelling.follows() ? null : over(session, cancelling);
            case Outbound.Closing _, Outbound.Ping _, Outbound.AuthRefreshed _, Outbound.SessionCreated _,
                    Outbound.Subscribed _, Outbound.Unsubscribed _, Outbound.RunAccepted _, Outbound.Noted _, Outbound.Echo _,
                    Outbound.Notice _, Outbound.ToDevice _ -> null;
        };
    }

    private static HitlFrame connected(SessionId session, Outbound.Established established) {
        HitlFrame frame = new HitlFrame("connected", session, null)
                .with("user_id", established.principal().user().value());
        Position position = established.position();
        return position == null ? frame
                : frame.with("epoch", position.epoch().value()).with("last_sequence", position.last());
    }

    private static HitlFrame resumed(SessionId session, Outbound.Resumed resumed) {
        HitlFrame frame = new HitlFrame("resumed", session, null)
                .with("epoch", resumed.epoch().value()).with("recovered", resumed.reason() == null)
                .with("from_sequence", resumed.from()).with("to_sequence", resumed.to()).with("reason", resumed.reason());
        return resumed.snapshot() == null ? frame : frame.with("snapshot", HitlSnapshot.of(session, resumed.snapshot()));
    }

    private static HitlFrame failed(SessionId session, Fault fault) {
        HitlFrame frame = HitlEvents.error(fault.message(), fault.code().name(), session, null);
        ObjectNode details = Json.object();
        fault.retryAfterIfKnown().ifPresent(after -> details.put("retry_after_ms", after.toMillis()));
        if (fault.field() != null) {
            details.put("field", fault.field());
        }
        return details.isEmpty() ? frame : frame.with("details", details);
    }

    /** The answer to a cancel that no event will follow on this wire. */
    private static HitlFrame over(SessionId session, Outbound.RunCancelling cancelling) {
        if (cancelling.status() == RunStatus.CANCELLED) {
            return new HitlFrame("cancelled", null, cancelling.run());
        }
        return cancelling.status().terminal()
                ? HitlEvents.error("The execution has already ended", Code.RUN_OVER.name(), session, cancelling.run()) : null;
    }
}
