package dev.hawser.gateway.agent.agui;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.hawser.core.model.Decision;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.port.AgentConnector.Resume;
import dev.hawser.gateway.agent.tools.Results;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A call that an AG-UI agent leaves to whoever has called it: of a tool that it was offered. Where a person has to allow it, its
 * approval has the call's id behind {@value #APPROVAL}, so that the log tells such questions from interrupts.
 *
 * @param id        the agent's, unique in the run
 * @param arguments an object; another value where the agent gave none
 */
record ClientCall(String id, String name, JsonNode arguments) {
    /** What the ids of such approvals begin with; no interrupt's does. */
    static final String APPROVAL = "ag-ui.call.";

    /**
     * What a run has been through.
     *
     * @param events  the run's own, with a call and its result where a person has not allowed one
     * @param allowed calls that a person has allowed and nobody has carried out
     */
    record Past(List<EventBody> events, List<ClientCall> allowed) {}

    String approval() {
        return APPROVAL + id;
    }

    EventBody.ApprovalRequired question() {
        return new EventBody.ApprovalRequired(approval(), name, arguments, "The agent wants to call " + name,
                null, null, null, null);
    }

    /** @param device who does it; null for nobody */
    EventBody.ToolCall event(String device) {
        return new EventBody.ToolCall(id, name, arguments, device);
    }

    static boolean asks(String approval) {
        return approval != null && approval.startsWith(APPROVAL);
    }

    /** Whether an event says that the agent has left a call to us: that it is carried out, or asked for. */
    static boolean left(EventBody event) {
        return event instanceof EventBody.ToolCall call && call.deviceId() != null
                || event instanceof EventBody.ApprovalRequired asked && asks(asked.approvalId());
    }

    /**
     * Reads the past of a run. What nobody has decided is not allowed.
     *
     * @param log    the run's own events that are valid, in log order
     * @param resume what the run goes on with, whose question the log may not hold any more; null for nothing
     */
    static Past past(List<EventBody> log, Resume resume) {
        List<EventBody> events = new ArrayList<>();
        Map<String, ClientCall> asked = new LinkedHashMap<>();
        Map<String, ClientCall> allowed = new LinkedHashMap<>();
        for (EventBody event : log) {
            events.add(event);
            if (event instanceof EventBody.ApprovalRequired(var id, var tool, var arguments, _, _, _, _, _) && asks(id)) {
                asked.put(id, new ClientCall(id.substring(APPROVAL.length()), tool, arguments));
            } else if (event instanceof EventBody.ApprovalDecided(var id, var decision, _, var edited, var reason)
                    && asked.containsKey(id)) {
                decide(asked.remove(id), Decision.Kind.of(decision), edited, reason, events, allowed);
            } else if (event instanceof EventBody.ToolResult result) {
                allowed.remove(result.toolCallId());
            }
        }
        String last = resume == null ? null : resume.asked().approvalId();
        if (asks(last) && log.stream().noneMatch(event ->
                event instanceof EventBody.ApprovalRequired question && last.equals(question.approvalId()))) {
            decide(new ClientCall(last.substring(APPROVAL.length()), resume.asked().toolName(), resume.args()),
                    resume.decision(), resume.args(), resume.reason(), events, allowed);
        }
        asked.values().forEach(call -> call.refuse(null, events));
        return new Past(events, List.copyOf(allowed.values()));
    }

    private static void decide(ClientCall call, Decision.Kind decision, JsonNode edited, String reason,
            List<EventBody> events, Map<String, ClientCall> allowed) {
        switch (decision) {
            case APPROVE -> allowed.put(call.id(), call);
            case EDIT -> allowed.put(call.id(), new ClientCall(call.id(), call.name(), edited));
            case REJECT, EXPIRE -> call.refuse(reason, events);
        }
    }

    private void refuse(String reason, List<EventBody> events) {
        events.add(event(null));
        events.add(new EventBody.ToolResult(id, null, TextNode.valueOf(Results.rejected(reason))));
    }
}
