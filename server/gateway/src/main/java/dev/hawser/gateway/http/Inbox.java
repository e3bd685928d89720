package dev.hawser.gateway.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.ApprovalId;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.EventType;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.port.AgentConnector.Resume;
import dev.hawser.core.port.Ledger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the worker of one attempt is told: made of the log's events alone, so that it is the same whenever and wherever it is
 * asked for. For one thread.
 */
final class Inbox {
    private final RunKey run;
    private final Ledger ledger;
    private final Set<String> calls = new HashSet<>();
    private final List<Item> items = new ArrayList<>();

    private record Item(long sequence, ObjectNode json) {}

    Inbox(RunKey run, Ledger ledger) {
        this.run = run;
        this.ledger = ledger;
    }

    /** Whether an event has something to say here; others need not be added. */
    boolean concerns(Event event) {
        boolean own = run.run().equals(event.run());
        return switch (event.type()) {
            case APPROVAL_DECIDED, TOOL_CALL, TOOL_RESULT -> own;
            case UI_ACTION -> own || event.run() == null;
            case MESSAGE_USER, RUN_STARTED, RUN_WAITING, RUN_RESTARTED, THINKING, TEXT_DELTA, TEXT_DONE, APPROVAL_REQUIRED,
                    SUBAGENT_STARTED, SUBAGENT_ENDED, STATE_SNAPSHOT, STATE_DELTA, CUSTOM, RUN_COMPLETED, RUN_FAILED,
                    RUN_CANCELLED, RUN_ABANDONED -> false;
        };
    }

    /** Whether with the event the attempt may have lost its run. */
    boolean ends(Event event) {
        return run.run().equals(event.run())
                && (event.type().terminal() || event.type() == EventType.RUN_RESTARTED);
    }

    /** Adds the next event. Blocks where more has to be known of it. */
    void add(Event event) {
        if (!concerns(event)) {
            return;
        }
        EventBody body = event.body();
        if (body instanceof EventBody.ToolCall call && call.deviceId() != null) {
            calls.add(call.toolCallId());
        } else if (body instanceof EventBody.ToolResult result && calls.contains(result.toolCallId())) {
            ObjectNode item = item("device.result", event).put("toolCallId", result.toolCallId());
            if (result.result() != null) {
                item.set("result", result.result());
            }
            if (result.error() != null) {
                item.set("error", result.error());
            }
        } else if (body instanceof EventBody.ApprovalDecided decided) {
            decided(item("approval.decided", event), decided);
        } else if (body instanceof EventBody.UiAction action && action.userId() != null) {
            item("ui.action", event).put("userId", action.userId()).set("action", action.action());
        }
    }

    /** With the id that the worker knows, and the arguments that count. */
    private void decided(ObjectNode item, EventBody.ApprovalDecided decided) {
        Resume resume = ledger.approval(run.session().tenant(), new ApprovalId(decided.approvalId()))
                .map(Resume::of).orElse(null);
        String own = resume == null ? null : resume.asked().approvalId();
        item.put("approvalId", own == null ? decided.approvalId() : own).put("decision", decided.decision());
        if (resume != null) {
            item.set("args", resume.args());
        }
        if (decided.editedArgs() != null) {
            item.set("editedArgs", decided.editedArgs());
        }
        if (decided.decidedBy() != null) {
            item.put("decidedBy", decided.decidedBy());
        }
        if (decided.reason() != null) {
            item.put("reason", decided.reason());
        }
    }

    private ObjectNode item(String type, Event event) {
        ObjectNode json = Json.object().put("type", type).put("sequence", event.sequence())
                .put("time", Json.time(Instant.ofEpochMilli(event.time())));
        items.add(new Item(event.sequence(), json));
        return json;
    }

    /** What came after that sequence. */
    ArrayNode after(long sequence) {
        ArrayNode later = Json.MAPPER.createArrayNode();
        items.stream().filter(item -> item.sequence() > sequence).forEach(item -> later.add(item.json()));
        return later;
    }
}
