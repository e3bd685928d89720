package dev.hawser.sql.postgres;

import dev.hawser.core.model.Approval;
import dev.hawser.core.model.ApprovalId;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.ToolCall;
import dev.hawser.core.model.ToolCallId;
import dev.hawser.sql.group.BufferedTx;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the works of a group have written of one tenant and the database has not been sent yet: of each row its last state. For
 * one thread.
 */
final class Changes {
    /** By session id, so that rows are locked and inserted in one order on every node. */
    final Map<SessionKey, Slot> sessions = new LinkedHashMap<>();
    final Map<RunId, RunChange> runs = new LinkedHashMap<>();
    final Map<ApprovalId, ApprovalChange> approvals = new LinkedHashMap<>();
    final Map<ToolCallId, CallChange> calls = new LinkedHashMap<>();
    final Map<AnswerKey, BufferedTx.Answer> answers = new LinkedHashMap<>();
    /** A place that is null is taken away. */
    final Map<QueueKey, BufferedTx.Place> places = new LinkedHashMap<>();
    final List<EventRow> events = new ArrayList<>();

    /** @param before the run as the database has it, as far as its deadlines go; null where it is new there or over */
    record RunChange(long session, Run run, boolean added, Run before) {}

    record ApprovalChange(long session, Approval approval) {}

    record CallChange(long session, ToolCall call) {}

    record AnswerKey(long session, BufferedTx.Command command) {}

    record QueueKey(long session, SessionKey key, RunId run) {}

    record EventRow(long session, Event event) {}

    boolean isEmpty() {
        return sessions.isEmpty();
    }

    void clear() {
        sessions.clear();
        runs.clear();
        approvals.clear();
        calls.clear();
        answers.clear();
        places.clear();
        events.clear();
    }
}
