package dev.hawser.gateway.agui;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.CallerTools;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.EventJson;
import dev.hawser.core.model.EventType;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Json;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Turns the events of one run into those of one AG-UI run: begun once, whatever is begun is ended, one end. Where the run waits for
 * a person, the AG-UI run ends with an interrupt for each question; another one goes on from there. Pure; for one thread.
 */
public final class AgUiEncoder {
    private static final String PROTOCOL = "1.0";
    private static final ObjectNode ANSWER = answer();

    private final String thread;
    private final String run;
    private final byte[] messages;
    private final Set<String> answered;
    private final AgUiEvents out = new AgUiEvents();
    private final AgUiOpen open = new AgUiOpen(out);
    private final AgUiSurfaces surfaces = new AgUiSurfaces(out);
    private final Map<String, ObjectNode> questions = new LinkedHashMap<>();
    private boolean waiting;
    private boolean over;

    /**
     * @param thread   as the caller calls the session
     * @param run      as the caller calls this part of the run
     * @param messages what the caller has shown, a JSON array: it is left where an attempt's output is void; null for unknown
     * @param answered calls whose results the caller has given: it is not told of those again
     */
    public AgUiEncoder(String thread, String run, byte[] messages, Set<String> answered) {
        this.thread = thread;
        this.run = run;
        this.messages = messages;
        this.answered = Set.copyOf(answered);
    }

    /**
     * The first events.
     *
     * @param state what the caller does not know yet of what the session shares; null for nothing
     */
    public List<ObjectNode> start(JsonNode state) {
        out.add("RUN_STARTED").put("threadId", thread).put("runId", run).put("protocolVersion", PROTOCOL);
        if (state != null) {
            out.add("STATE_SNAPSHOT").set("snapshot", state);
        }
        return out.take();
    }

    /** Whether nothing comes any more. */
    public boolean over() {
        return over;
    }

    /**
     * Whether the run waits for a person or for a tool of the caller: {@link #interrupt} is due, unless the event behind
     * {@linkplain #asks asks, too}.
     */
    public boolean waiting() {
        return waiting;
    }

    /** Whether an event belongs to the questions that a run waits for. */
    public static boolean asks(Event event) {
        return event.type() == EventType.APPROVAL_REQUIRED || event.type() == EventType.RUN_WAITING
                || leavesToCaller(event).isPresent();
    }

    /** The call, where the event is one that the run leaves to its caller. */
    public static Optional<EventBody.ToolCall> leavesToCaller(Event event) {
        return event.type() == EventType.TOOL_CALL && event.body() instanceof EventBody.ToolCall call && callers(call)
                ? Optional.of(call) : Optional.empty();
    }

    private static boolean callers(EventBody.ToolCall call) {
        return CallerTools.CALLER.value().equals(call.deviceId());
    }

    /** The end of an AG-UI run whose run waits for a person, or for a tool of the caller. */
    public List<ObjectNode> interrupt() {
        open.endAll(true);
        if (questions.isEmpty()) {
            finished("success");
            return ended();
        }
        ArrayNode interrupts = out.add("RUN_FINISHED").put("threadId", thread).put("runId", run)
                .putObject("outcome").put("type", "interrupt").putArray("interrupts");
        questions.values().forEach(interrupts::add);
        return ended();
    }

    /** The end where it cannot be told how the run goes on. */
    public List<ObjectNode> fail(Fault fault) {
        out.because(null);
        out.add("RUN_ERROR").put("message", fault.message()).put("code", fault.code().name());
        return ended();
    }

    /** What an event of the run becomes. */
    public List<ObjectNode> event(Event event) {
        if (over) {
            return List.of();
        }
        out.because(event);
        EventBody body = event.body();
        if (!(body instanceof EventBody.Thinking)) {
            open.endThought();
        }
        body(body, event.sequence());
        return out.take();
    }

    private void body(EventBody body, long sequence) {
        switch (body) {
            case EventBody.MessageUser _, EventBody.RunStarted _ -> { }
            case EventBody.RunWaiting(String what) -> waiting |= what.equals(EventBody.RunWaiting.APPROVAL.for_());
            case EventBody.RunRestarted restarted -> restart(restarted);
            case EventBody.Thinking(String text) -> {
                if (!text.isEmpty()) {
                    open.thought(text, sequence);
                }
            }
            case EventBody.TextDelta(String id, String delta) -> {
                if (!delta.isEmpty()) {
                    open.message(id);
                    out.add("TEXT_MESSAGE_CONTENT").put("messageId", id).put("delta", delta);
                }
            }
            case EventBody.TextDone(String id, String text) -> done(id, text);
            case EventBody.ToolCall call -> call(call);
            case EventBody.ToolResult result -> {
                if (!answered.contains(result.toolCallId())) {
                    out.add("TOOL_CALL_RESULT")
                            .put("messageId", "result-" + result.toolCallId()).put("toolCallId", result.toolCallId())
                            .put("content", content(result)).put("role", "tool");
                }
            }
            case EventBody.ApprovalRequired asked -> questions.put(asked.approvalId(), question(asked));
            case EventBody.ApprovalDecided decided -> custom("approval.decided", fields(decided));
            case EventBody.SubagentStarted started -> subagent(started);
            case EventBody.SubagentEnded ended -> subagent(ended);
            case EventBody.UiAction(JsonNode action, String user) when user == null -> surfaces.action(action, sequence);
            case EventBody.UiAction byUser -> custom("ui.action", fields(byUser));
            case EventBody.StateSnapshot(JsonNode state) -> out.add("STATE_SNAPSHOT").set("snapshot", state);
            case EventBody.StateDelta(JsonNode patch) -> out.add("STATE_DELTA").set("delta", patch);
            case EventBody.Custom custom -> custom(custom);
            case EventBody.RunCompleted completed -> {
                open.endAll(false);
                ObjectNode end = AgUiEvents.put(finished("success"), "result", completed.result());
                ObjectNode usage = AgUiUsage.of(completed.usage());
                if (usage != null) {
                    end.putArray("usage").add(usage);
                }
                over = true;
            }
            case EventBody.RunFailed failed -> {
                out.add("RUN_ERROR").put("message", failed.message()).put("code", failed.code());
                over = true;
            }
            case EventBody.RunCancelled _, EventBody.RunAbandoned _ -> {
                open.endAll(false);
                finished("cancelled");
                over = true;
            }
        }
    }

    private List<ObjectNode> ended() {
        over = true;
        return out.take();
    }

    private ObjectNode finished(String outcome) {
        ObjectNode end = out.add("RUN_FINISHED").put("threadId", thread).put("runId", run);
        end.putObject("outcome").put("type", outcome);
        return end;
    }

    /** What the attempt before has put out is taken back. */
    private void restart(EventBody.RunRestarted restarted) {
        open.endAll(false);
        waiting = false;
        questions.clear();
        if (messages != null) {
            out.add("MESSAGES_SNAPSHOT").set("messages", Json.read(messages));
        }
        custom("run.restarted", Json.object().put("attempt", restarted.attempt()));
    }

    private void done(String id, String text) {
        if (open.message(id) && !text.isEmpty()) {
            out.add("TEXT_MESSAGE_CONTENT").put("messageId", id).put("delta", text);
        }
        open.endMessage(id);
    }

    private void call(EventBody.ToolCall call) {
        out.add("TOOL_CALL_START").put("toolCallId", call.toolCallId()).put("toolCallName", call.name());
        out.add("TOOL_CALL_ARGS").put("toolCallId", call.toolCallId()).put("delta", text(call.arguments()));
        out.add("TOOL_CALL_END", "toolCallId", call.toolCallId());
        waiting |= callers(call);
    }

    private static String content(EventBody.ToolResult result) {
        if (result.error() == null || result.error().isNull()) {
            return text(result.result());
        }
        ObjectNode failed = Json.object();
        failed.set("error", result.error());
        return text(failed);
    }

    /** A text as it is, everything else as JSON. */
    private static String text(JsonNode node) {
        return node == null ? "" : node.isTextual() ? node.textValue() : new String(Json.bytes(node), StandardCharsets.UTF_8);
    }

    private static ObjectNode question(EventBody.ApprovalRequired asked) {
        ObjectNode question = Json.object().put("id", asked.approvalId()).put("reason", "tool_call");
        AgUiEvents.put(question, "message", asked.reason()).set("responseSchema", ANSWER);
        if (asked.expiresAt() != null) {
            question.put("expiresAt", Json.time(asked.expiresAt()));
        }
        ObjectNode more = question.putObject("metadata").put("toolName", asked.toolName());
        AgUiEvents.put(more, "toolArgs", asked.toolArgs());
        AgUiEvents.put(more, "amount", asked.amount());
        AgUiEvents.put(more, "currency", asked.currency());
        AgUiEvents.put(more, "estimatedCost", asked.estimatedCost());
        return question;
    }

    private static ObjectNode answer() {
        ObjectNode schema = Json.object().put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        properties.putObject("approved").put("type", "boolean");
        properties.putObject("editedArgs").put("type", "object");
        properties.putObject("reason").put("type", "string");
        schema.putArray("required").add("approved");
        return schema;
    }

    private void subagent(EventBody.SubagentStarted started) {
        if (!open.subagent(started.subagentId())) {
            custom("subagent.started", fields(started));
            return;
        }
        String name = started.subagentType() == null || started.subagentType().isEmpty() ? "subagent" : started.subagentType();
        ObjectNode event = out.add("SUBAGENT_STARTED").put("subagentRunId", started.subagentId()).put("name", name);
        AgUiEvents.put(event, "description", started.task());
        String parent = started.parentAgent();
        if (parent != null && !parent.equals(started.subagentId()) && open.knows(parent)) {
            event.put("parentSubagentRunId", parent);
        }
    }

    private void subagent(EventBody.SubagentEnded ended) {
        if (!open.endSubagent(ended.subagentId())) {
            custom("subagent.ended", fields(ended));
        } else if (Boolean.FALSE.equals(ended.success())) {
            out.add("SUBAGENT_ERROR").put("subagentRunId", ended.subagentId())
                    .put("message", ended.error() == null ? "failed" : ended.error());
        } else {
            AgUiEvents.put(out.add("SUBAGENT_FINISHED").put("subagentRunId", ended.subagentId()), "result", ended.result());
        }
    }

    /** What came from AG-UI becomes what it was. */
    private void custom(EventBody.Custom custom) {
        JsonNode value = custom.value() == null ? NullNode.getInstance() : custom.value();
        String step = value.path("stepName").asText();
        switch (custom.name()) {
            case "ag-ui.interrupts" -> { }
            case "ag-ui.raw" -> raw(custom.name(), value);
            case "ag-ui.step.started" -> {
                if (!open.step(step)) {
                    custom(custom.name(), value);
                }
            }
            case "ag-ui.step.finished" -> {
                if (!open.endStep(step)) {
                    custom(custom.name(), value);
                }
            }
            default -> custom(custom.name(), value);
        }
    }

    private void raw(String name, JsonNode value) {
        if (value.has("event")) {
            ObjectNode raw = out.add("RAW");
            raw.set("event", value.path("event"));
            AgUiEvents.put(raw, "source", value.path("source"));
        } else {
            custom(name, value);
        }
    }

    private static JsonNode fields(EventBody body) {
        return Json.read(EventJson.write(body));
    }

    private void custom(String name, JsonNode value) {
        out.add("CUSTOM").put("name", name).set("value", value);
    }
}
