package dev.hawser.gateway.agent.agui;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.Decision;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Json;
import dev.hawser.core.port.AgentConnector.Resume;
import dev.hawser.gateway.agent.http.Malformed;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Interrupts and their answers. What an agent asks is kept in an event of its own, {@value #EVENT}, just before the approvals
 * that it becomes: so the answers of a whole group find their interrupts again, whatever ids the approvals have.
 */
final class Interrupts {
    /** The name of the custom event. */
    static final String EVENT = "ag-ui.interrupts";

    private static final int MAX_REASON = 2_000;

    private Interrupts() {}

    /** A tool call that an interrupt may refer to. */
    record Tool(String name, JsonNode arguments) {}

    /**
     * The events of a run that ends with a question.
     *
     * @param tools those called so far, by id
     * @param taken ids of approvals that the run has had
     */
    static List<EventBody> asked(JsonNode interrupts, Map<String, Tool> tools, Set<String> taken) throws Malformed {
        if (!interrupts.isArray() || interrupts.isEmpty() || interrupts.size() > 100) {
            throw Malformed.invalid("The agent was interrupted, but does not say for what");
        }
        List<EventBody> events = new ArrayList<>();
        ObjectNode kept = Json.object();
        kept.set("interrupts", interrupts);
        events.add(new EventBody.Custom(EVENT, kept));
        for (JsonNode interrupt : interrupts) {
            if (!(interrupt instanceof ObjectNode object)) {
                throw Malformed.invalid("The agent sent an interrupt that is no object");
            }
            Piece piece = new Piece("RUN_FINISHED", object);
            String id = piece.need("id");
            JsonNode more = object.path("metadata");
            Tool tool = tools.get(piece.text("toolCallId"));
            String why = piece.text("message");
            String name = tool != null ? tool.name() : more.path("toolName").asText(piece.need("reason"));
            JsonNode arguments = tool != null ? tool.arguments() : more.path("toolArgs");
            try {
                events.add(new EventBody.ApprovalRequired(taken.contains(id) || ClientCall.asks(id) ? null : id, name,
                        arguments.isObject() ? arguments : null, cut(why == null ? piece.need("reason") : why),
                        number(more, "amount"), more.path("currency").textValue(), number(more, "estimatedCost"),
                        time(piece)));
            } catch (IllegalArgumentException e) {
                throw Malformed.invalid("The agent sent an interrupt that is not valid");
            }
        }
        return events;
    }

    private static JsonNode number(JsonNode node, String field) {
        return node.path(field).isNumber() ? node.path(field) : null;
    }

    private static String cut(String text) {
        return text.substring(0, Math.min(text.length(), MAX_REASON));
    }

    private static Instant time(Piece piece) throws Malformed {
        String text = piece.text("expiresAt");
        try {
            return text == null ? null : Json.time(text);
        } catch (DateTimeException e) {
            throw piece.wrong("expiresAt");
        }
    }

    /**
     * The answers to the newest group of interrupts; empty where none was asked, or the agent has gone on since.
     *
     * @param past   the run's own events
     * @param resume what the run goes on with, where the log does not hold the question any more; null for nothing
     */
    static ArrayNode answers(List<EventBody> past, Resume resume) {
        Map<String, JsonNode> group = new LinkedHashMap<>();
        Map<String, ObjectNode> byApproval = new LinkedHashMap<>();
        List<JsonNode> unnamed = new ArrayList<>();
        for (EventBody event : past) {
            if (event instanceof EventBody.Custom(String name, JsonNode value) && name.equals(EVENT)) {
                group.clear();
                byApproval.clear();
                unnamed.clear();
                value.path("interrupts").forEach(unnamed::add);
            } else if (ClientCall.left(event)) {
                group.clear();
                byApproval.clear();
            } else if (event instanceof EventBody.ApprovalRequired asked && !unnamed.isEmpty()) {
                group.put(asked.approvalId(), unnamed.removeFirst());
            } else if (event instanceof EventBody.ApprovalDecided decided && group.containsKey(decided.approvalId())) {
                byApproval.put(decided.approvalId(), answer(group.get(decided.approvalId()).path("id").asText(),
                        Decision.Kind.of(decided.decision()), decided.editedArgs(), decided.reason()));
            }
        }
        if (byApproval.isEmpty() && resume != null && !ClientCall.asks(resume.asked().approvalId())) {
            String id = resume.asked().approvalId() == null ? resume.approval().value() : resume.asked().approvalId();
            byApproval.put(id, answer(id, resume.decision(), resume.args(), resume.reason()));
        }
        return Json.MAPPER.createArrayNode().addAll(byApproval.values());
    }

    private static ObjectNode answer(String interrupt, Decision.Kind decision, JsonNode edited, String reason) {
        ObjectNode answer = Json.object().put("interruptId", interrupt);
        if (decision == Decision.Kind.EXPIRE) {
            return answer.put("status", "cancelled");
        }
        ObjectNode payload = answer.put("status", "resolved").putObject("payload")
                .put("approved", decision != Decision.Kind.REJECT);
        if (decision == Decision.Kind.EDIT) {
            payload.set("editedArgs", edited);
        }
        if (reason != null) {
            payload.put("reason", reason);
        }
        return answer;
    }

    /** How often the run has been interrupted. */
    static int count(List<EventBody> past) {
        return (int) past.stream()
                .filter(event -> event instanceof EventBody.Custom(String name, _) && name.equals(EVENT))
                .count();
    }
}
