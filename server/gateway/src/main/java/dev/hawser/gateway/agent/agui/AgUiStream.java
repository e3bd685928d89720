package dev.hawser.gateway.agent.agui;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.ApprovalId;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Json;
import dev.hawser.core.port.AgentConnector.Outcome;
import dev.hawser.core.port.AgentConnector.Sink;
import dev.hawser.core.port.AgentConnector.Stopped;
import dev.hawser.gateway.agent.agui.Opened.Kind;
import dev.hawser.gateway.agent.http.AgentFailure;
import dev.hawser.gateway.agent.http.Malformed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The events of one AG-UI run on their way to the log: held to the protocol's order (first {@code RUN_STARTED} or
 * {@code RUN_ERROR}, whatever is begun is ended before {@code RUN_FINISHED}, nothing after the end), then turned into session
 * events. For one thread.
 */
final class AgUiStream {
    /** Most calls that an agent may leave to us at a time. */
    private static final int MAX_CALLS = 64;
    private static final int MAX_CALL_ID = ApprovalId.MAX_LENGTH - ClientCall.APPROVAL.length();

    private final Sink sink;
    private final Set<String> messages;
    private final Map<String, Interrupts.Tool> tools;
    private final Set<String> approvals;
    private final Set<String> offered;
    private final ArrayNode usage;
    /** Calls of offered tools without a result of the agent's own, by id. */
    private final Map<String, ClientCall> left = new LinkedHashMap<>();
    private final Chunks chunks = new Chunks();
    private final Opened opened = new Opened();
    private final Surfaces surfaces = new Surfaces();
    private boolean started;
    /** As the agent calls it; null where it does not. */
    private String run;
    private boolean over;
    private Outcome outcome;

    /**
     * What the run has had before.
     *
     * @param messages  ids of messages that the agent has been told or has said
     * @param tools     what was called, by id
     * @param approvals ids that were used
     * @param offered   names of the tools that the agent may call and leave to us
     */
    record Known(Set<String> messages, Map<String, Interrupts.Tool> tools, Set<String> approvals, Set<String> offered) {
        static Known of(Set<String> told, List<EventBody> past, Set<String> offered) {
            Known known = new Known(new HashSet<>(told), new HashMap<>(), new HashSet<>(), offered);
            for (EventBody event : past) {
                if (event instanceof EventBody.TextDone done) {
                    known.messages.add(done.messageId());
                } else if (event instanceof EventBody.ToolCall call) {
                    known.tools.put(call.toolCallId(), new Interrupts.Tool(call.name(), call.arguments()));
                } else if (event instanceof EventBody.ApprovalRequired asked) {
                    known.approvals.add(asked.approvalId());
                }
            }
            return known;
        }
    }

    /** @param usage what earlier runs of the agent's have counted, to which this one's is added */
    AgUiStream(Sink sink, Known known, ArrayNode usage) {
        this.sink = sink;
        this.usage = usage;
        this.offered = known.offered();
        this.messages = known.messages();
        this.tools = known.tools();
        this.approvals = known.approvals();
    }

    /** Takes one event; says whether the next one is wanted. */
    boolean take(byte[] json) throws AgentFailure, InterruptedException, Stopped {
        for (Piece piece : chunks.expand(Piece.parse(json))) {
            try {
                one(piece);
            } catch (IllegalArgumentException e) {
                throw Malformed.invalid("The agent sent an event " + piece.shown() + " that is not valid: " + e.getMessage());
            }
        }
        return !over;
    }

    /**
     * How the run ended, once nothing more comes; null where it goes on once {@link #calls} have been carried out.
     *
     * @throws AgentFailure where the agent has not said so
     */
    Outcome end() throws AgentFailure {
        if (!over) {
            throw AgentFailure.of(Code.AGENT_TRUNCATED);
        }
        return outcome;
    }

    /** What the agent has left to us, in its order. */
    List<ClientCall> calls() {
        return List.copyOf(left.values());
    }

    private void one(Piece piece) throws AgentFailure, InterruptedException, Stopped {
        boolean starts = piece.type().equals("RUN_STARTED");
        if (starts == started && !piece.type().equals("RUN_ERROR")) {
            throw piece.misplaced();
        }
        switch (piece.type()) {
            case "RUN_STARTED" -> {
                started = true;
                run = piece.text("runId");
            }
            case "RUN_FINISHED" -> finish(piece);
            case "RUN_ERROR" -> {
                own();
                sink.emit(new EventBody.RunFailed(piece.text("code"), piece.need("message")));
                end(new Outcome.Completed());
            }
            case "TEXT_MESSAGE_START", "TEXT_MESSAGE_CONTENT", "TEXT_MESSAGE_END" -> text(piece, piece.need("messageId"));
            case "TOOL_CALL_START", "TOOL_CALL_ARGS", "TOOL_CALL_END" -> tool(piece, piece.need("toolCallId"));
            case "TOOL_CALL_RESULT" -> {
                piece.need("messageId");
                ClientCall done = left.remove(piece.need("toolCallId"));
                if (done != null) {
                    sink.emit(done.event(null));
                }
                sink.emit(new EventBody.ToolResult(piece.need("toolCallId"), content(piece), null));
            }
            case "REASONING_START", "REASONING_END", "REASONING_MESSAGE_START", "REASONING_MESSAGE_CONTENT",
                    "REASONING_MESSAGE_END" -> thought(piece, piece.need("messageId"));
            case "REASONING_ENCRYPTED_VALUE" -> piece.need("encryptedValue");
            case "STATE_SNAPSHOT" -> sink.emit(new EventBody.StateSnapshot(piece.node("snapshot")));
            case "STATE_DELTA" -> sink.emit(new EventBody.StateDelta(piece.patch("delta")));
            case "MESSAGES_SNAPSHOT" -> messages(piece);
            case "ACTIVITY_SNAPSHOT" -> emit(surfaces.snapshot(piece));
            case "ACTIVITY_DELTA" -> emit(surfaces.delta(piece));
            case "SUBAGENT_STARTED", "SUBAGENT_FINISHED", "SUBAGENT_ERROR" -> subagent(piece, piece.need("subagentRunId"));
            case "STEP_STARTED", "STEP_FINISHED" -> step(piece, piece.need("stepName"));
            case "RAW" -> {
                ObjectNode value = Json.object();
                value.set("event", piece.node("event"));
                if (piece.text("source") != null) {
                    value.put("source", piece.text("source"));
                }
                sink.emit(new EventBody.Custom("ag-ui.raw", value));
            }
            case "CUSTOM" -> sink.emit(new EventBody.Custom(piece.need("name"), piece.node("value")));
            default -> throw Malformed.invalid("The agent sent an event of a type that AG-UI does not have");
        }
    }

    private void emit(List<EventBody> events) throws InterruptedException, Stopped {
        for (EventBody event : events) {
            sink.emit(event);
        }
    }

    private void text(Piece piece, String id) throws Malformed, InterruptedException, Stopped {
        switch (piece.type()) {
            case "TEXT_MESSAGE_START" -> {
                String role = piece.text("role");
                opened.begin(Kind.MESSAGE, id, role == null ? "assistant" : role, piece);
            }
            case "TEXT_MESSAGE_CONTENT" -> {
                String delta = piece.need("delta");
                if (assistant(opened.add(Kind.MESSAGE, id, delta, piece)) && !delta.isEmpty()) {
                    sink.emit(new EventBody.TextDelta(id, delta));
                }
            }
            default -> {
                Opened.Item said = opened.end(Kind.MESSAGE, id, piece);
                messages.add(id);
                if (assistant(said) && !said.text().isEmpty()) {
                    sink.emit(new EventBody.TextDone(id, said.text().toString()));
                }
            }
        }
    }

    /** Messages that an agent writes in somebody else's name are not the agent's. */
    private static boolean assistant(Opened.Item item) {
        return item.name().equals("assistant");
    }

    private void tool(Piece piece, String id) throws Malformed, InterruptedException, Stopped {
        switch (piece.type()) {
            case "TOOL_CALL_START" -> opened.begin(Kind.TOOL, id, piece.need("toolCallName"), piece);
            case "TOOL_CALL_ARGS" -> opened.add(Kind.TOOL, id, piece.need("delta"), piece);
            default -> {
                Opened.Item call = opened.end(Kind.TOOL, id, piece);
                JsonNode arguments = call.text().isEmpty() ? Json.object() : json(call.text().toString());
                boolean ours = offered.contains(call.name());
                if (ours && (tools.containsKey(id) || id.length() > MAX_CALL_ID || left.size() >= MAX_CALLS)) {
                    throw Malformed.invalid("The agent called a tool under an id that cannot be used, or too many at a time");
                }
                if (tools.size() < Opened.MAX) {
                    tools.put(id, new Interrupts.Tool(call.name(), arguments));
                }
                if (ours) {
                    left.put(id, new ClientCall(id, call.name(), arguments));
                } else {
                    sink.emit(new EventBody.ToolCall(id, call.name(), arguments, null));
                }
            }
        }
    }

    private static JsonNode content(Piece piece) throws Malformed {
        JsonNode content = piece.node("content");
        if (content == null || !content.isTextual() && !content.isArray()) {
            throw piece.wrong("content");
        }
        return content.isTextual() ? json(content.textValue()) : content;
    }

    /** What a text says as JSON; a text that says nothing so, or just one value, is itself. */
    private static JsonNode json(String text) {
        try {
            JsonNode node = Json.parse(text.getBytes(StandardCharsets.UTF_8));
            if (node.isContainerNode()) {
                return node;
            }
        } catch (IOException e) {
            // It is no JSON, and need not be.
        }
        return Json.MAPPER.getNodeFactory().textNode(text);
    }

    private void thought(Piece piece, String id) throws Malformed, InterruptedException, Stopped {
        switch (piece.type()) {
            case "REASONING_START" -> opened.begin(Kind.REASONING, id, "", piece);
            case "REASONING_END" -> opened.end(Kind.REASONING, id, piece);
            case "REASONING_MESSAGE_START" -> opened.begin(Kind.THOUGHT, id, "", piece);
            case "REASONING_MESSAGE_END" -> opened.end(Kind.THOUGHT, id, piece);
            default -> {
                String delta = piece.need("delta");
                opened.add(Kind.THOUGHT, id, delta, piece);
                if (!delta.isEmpty()) {
                    sink.emit(new EventBody.Thinking(delta));
                }
            }
        }
    }

    private void subagent(Piece piece, String id) throws Malformed, InterruptedException, Stopped {
        switch (piece.type()) {
            case "SUBAGENT_STARTED" -> {
                opened.begin(Kind.SUBAGENT, id, "", piece);
                sink.emit(new EventBody.SubagentStarted(id, piece.need("name"), piece.text("description"),
                        piece.text("parentSubagentRunId")));
            }
            case "SUBAGENT_FINISHED" -> {
                opened.end(Kind.SUBAGENT, id, piece);
                boolean suspended = piece.fields().path("outcome").path("type").asText().equals("suspended");
                sink.emit(new EventBody.SubagentEnded(id, piece.node("result"), !suspended, null,
                        suspended ? "suspended" : null));
            }
            default -> {
                opened.end(Kind.SUBAGENT, id, piece);
                sink.emit(new EventBody.SubagentEnded(id, null, false, null, piece.need("message")));
            }
        }
    }

    private void step(Piece piece, String name) throws Malformed, InterruptedException, Stopped {
        boolean begins = piece.type().equals("STEP_STARTED");
        String id = piece.lane() + "\n" + name;
        if (begins) {
            opened.begin(Kind.STEP, id, name, piece);
        } else {
            opened.end(Kind.STEP, id, piece);
        }
        sink.emit(new EventBody.Custom(begins ? "ag-ui.step.started" : "ag-ui.step.finished",
                Json.object().put("stepName", name)));
    }

    /** Of all messages, those that the agent has said since it was asked and not streamed are news. */
    private void messages(Piece piece) throws Malformed, InterruptedException, Stopped {
        JsonNode all = piece.node("messages");
        if (all == null || !all.isArray()) {
            throw piece.wrong("messages");
        }
        List<JsonNode> fresh = new ArrayList<>();
        for (JsonNode message : all) {
            if (message.path("role").asText().equals("user")) {
                fresh.clear();
            } else if (message.path("role").asText().equals("assistant") && message.path("id").isTextual()
                    && !message.path("content").asText().isEmpty()) {
                fresh.add(message);
            }
        }
        for (JsonNode message : fresh) {
            if (messages.add(message.path("id").textValue())) {
                sink.emit(new EventBody.TextDone(message.path("id").textValue(), message.path("content").asText()));
            }
        }
    }

    private void finish(Piece piece) throws Malformed, InterruptedException, Stopped {
        if (run != null && piece.text("runId") != null && !run.equals(piece.text("runId"))) {
            throw Malformed.invalid("The agent finished another run than it had started");
        }
        if (!opened.nothing()) {
            throw Malformed.invalid("The agent finished while something that it had begun was not ended");
        }
        JsonNode how = piece.node("outcome");
        String type = how == null ? "success" : how.isTextual() ? how.textValue() : how.path("type").asText();
        if (piece.node("usage") instanceof ArrayNode counted) {
            usage.addAll(counted);
        }
        switch (type) {
            case "success" -> {
                if (left.isEmpty()) {
                    sink.emit(new EventBody.RunCompleted(piece.node("result"), null, Totals.of(usage)));
                    end(new Outcome.Completed());
                } else {
                    end(null);
                }
            }
            case "interrupt" -> {
                own();
                emit(Interrupts.asked(how.path("interrupts"), tools, approvals));
                end(new Outcome.Paused());
            }
            case "cancelled" -> {
                own();
                sink.emit(new EventBody.RunCancelled(null));
                end(new Outcome.Completed());
            }
            default -> throw piece.wrong("outcome");
        }
    }

    private void end(Outcome how) {
        over = true;
        outcome = how;
    }

    /** The run has ended otherwise: what it has called is its own affair. */
    private void own() throws InterruptedException, Stopped {
        for (ClientCall call : left.values()) {
            sink.emit(call.event(null));
        }
        left.clear();
    }
}
