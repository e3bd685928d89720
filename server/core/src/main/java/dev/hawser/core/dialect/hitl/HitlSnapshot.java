package dev.hawser.core.dialect.hitl;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.Snapshot;
import java.time.Instant;

/** A session's state in this dialect's names. */
final class HitlSnapshot {
    private HitlSnapshot() {}

    static ObjectNode of(SessionId session, Snapshot snapshot) {
        ObjectNode json = Json.object();
        ArrayNode messages = json.putArray("messages");
        for (Snapshot.Message message : snapshot.messages()) {
            ObjectNode entry = messages.addObject().put("message_id", message.messageId()).put("role", message.role())
                    .put("text", message.text()).put("complete", message.complete());
            if (message.runId() != null) {
                entry.put("execution_id", message.runId());
            }
            time(entry, "time", message.time());
        }
        ArrayNode executions = json.putArray("executions");
        for (Snapshot.RunLine run : snapshot.runs()) {
            time(executions.addObject().put("execution_id", run.runId()).put("agent", run.agent())
                    .put("status", run.status()), "started_at", run.startedAt());
        }
        ArrayNode pending = json.putArray("pending_approvals");
        snapshot.pendingApprovals().forEach(asked -> pending.add(HitlEvents.asked(session, new RunId(asked.runId()),
                asked.approvalId(), asked.toolName(), asked.toolArgs(), asked.reason(), asked.amount(), asked.currency(),
                asked.estimatedCost()).data()));
        return json.put("last_sequence", snapshot.lastSequence());
    }

    private static void time(ObjectNode entry, String name, Instant time) {
        if (time != null) {
            entry.put(name, Json.time(time));
        }
    }
}
