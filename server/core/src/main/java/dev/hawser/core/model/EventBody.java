package dev.hawser.core.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonSubTypes.Type;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.function.Predicate;

/**
 * What one entry of a session's log says: the one vocabulary of agents, log, REST, SSE and dialects. Identifiers are
 * plain strings here, because agents write them. A constructor refuses a body that lacks a required field, or has one of the wrong kind.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @Type(name = "message.user", value = EventBody.MessageUser.class),
    @Type(name = "run.started", value = EventBody.RunStarted.class),
    @Type(name = "run.waiting", value = EventBody.RunWaiting.class),
    @Type(name = "run.restarted", value = EventBody.RunRestarted.class),
    @Type(name = "thinking", value = EventBody.Thinking.class),
    @Type(name = "text.delta", value = EventBody.TextDelta.class),
    @Type(name = "text.done", value = EventBody.TextDone.class),
    @Type(name = "tool.call", value = EventBody.ToolCall.class),
    @Type(name = "tool.result", value = EventBody.ToolResult.class),
    @Type(name = "approval.required", value = EventBody.ApprovalRequired.class),
    @Type(name = "approval.decided", value = EventBody.ApprovalDecided.class),
    @Type(name = "subagent.started", value = EventBody.SubagentStarted.class),
    @Type(name = "subagent.ended", value = EventBody.SubagentEnded.class),
    @Type(name = "ui.action", value = EventBody.UiAction.class),
    @Type(name = "state.snapshot", value = EventBody.StateSnapshot.class),
    @Type(name = "state.delta", value = EventBody.StateDelta.class),
    @Type(name = "custom", value = EventBody.Custom.class),
    @Type(name = "run.completed", value = EventBody.RunCompleted.class),
    @Type(name = "run.failed", value = EventBody.RunFailed.class),
    @Type(name = "run.cancelled", value = EventBody.RunCancelled.class),
    @Type(name = "run.abandoned", value = EventBody.RunAbandoned.class),
})
@JsonInclude(JsonInclude.Include.NON_NULL)
public sealed interface EventBody {
    /** Longest name or id that an agent may choose, in UTF-16 units. */
    int MAX_NAME = 200;

    record MessageUser(String messageId, String text, String userId, ObjectNode metadata) implements EventBody {
        public MessageUser {
            need("messageId", messageId);
            need("text", text);
            need("userId", userId);
        }
    }

    record RunStarted(String agent, int attempt) implements EventBody {
        public RunStarted {
            need("agent", agent);
        }
    }

    /** @param for_ {@code approval} or {@code device}: what the run waits for */
    record RunWaiting(@JsonProperty("for") String for_) implements EventBody {
        public static final RunWaiting APPROVAL = new RunWaiting("approval");
        public static final RunWaiting DEVICE = new RunWaiting("device");

        public RunWaiting {
            need("for", for_);
        }
    }

    /** Whatever the attempt before had put out is void. */
    record RunRestarted(int attempt) implements EventBody {}

    record Thinking(String text) implements EventBody {
        public Thinking {
            need("text", text);
        }
    }

    /** @param messageId may be left out by an agent that writes one message a run */
    record TextDelta(String messageId, String delta) implements EventBody {
        public TextDelta {
            namedIfAny("messageId", messageId);
            need("delta", delta);
        }
    }

    /** @param messageId may be left out by an agent that writes one message a run */
    record TextDone(String messageId, String text) implements EventBody {
        public TextDone {
            namedIfAny("messageId", messageId);
            need("text", text);
        }
    }

    /**
     * @param deviceId  whose tool it is; null where the agent calls it itself
     * @param timeoutMs how long the device may take; null for the usual time. An agent asks for it, the log does not hold it
     */
    record ToolCall(String toolCallId, String name, JsonNode arguments, String deviceId, Long timeoutMs)
            implements EventBody {
        /** Longest time that a device may be given, in milliseconds. */
        public static final long MAX_TIMEOUT_MS = 600_000;

        public ToolCall {
            named("toolCallId", toolCallId);
            named("name", name);
            namedIfAny("deviceId", deviceId);
            if (timeoutMs != null && (timeoutMs < 1 || timeoutMs > MAX_TIMEOUT_MS)) {
                throw new InvalidField("timeoutMs", "must be from 1 to " + MAX_TIMEOUT_MS);
            }
        }

        /** One that takes the usual time. */
        public ToolCall(String toolCallId, String name, JsonNode arguments, String deviceId) {
            this(toolCallId, name, arguments, deviceId, null);
        }
    }

    record ToolResult(String toolCallId, JsonNode result, JsonNode error) implements EventBody {
        public ToolResult {
            named("toolCallId", toolCallId);
        }
    }

    /** @param approvalId may be left out by an agent; the gateway gives one then */
    record ApprovalRequired(
            String approvalId, String toolName, JsonNode toolArgs, String reason, JsonNode amount, String currency,
            JsonNode estimatedCost, Instant expiresAt) implements EventBody {
        public ApprovalRequired {
            named("toolName", toolName);
            toolArgs = kind("toolArgs", toolArgs, JsonNode::isObject, "an object");
            amount = kind("amount", amount, JsonNode::isNumber, "a number");
            estimatedCost = kind("estimatedCost", estimatedCost, JsonNode::isNumber, "a number");
        }
    }

    record ApprovalDecided(String approvalId, String decision, String decidedBy, JsonNode editedArgs, String reason)
            implements EventBody {
        public ApprovalDecided {
            need("approvalId", approvalId);
            need("decision", decision);
        }
    }

    record SubagentStarted(String subagentId, String subagentType, String task, String parentAgent) implements EventBody {
        public SubagentStarted {
            named("subagentId", subagentId);
        }
    }

    record SubagentEnded(String subagentId, JsonNode result, Boolean success, Long durationMs, String error)
            implements EventBody {
        public SubagentEnded {
            named("subagentId", subagentId);
        }
    }

    /**
     * @param action an A2UI message, opaque to Hawser
     * @param userId whose action it is; null where it is an agent's
     */
    record UiAction(JsonNode action, String userId) implements EventBody {
        public UiAction {
            need("action", action);
        }

        /** An agent's. */
        public UiAction(JsonNode action) {
            this(action, null);
        }
    }

    record StateSnapshot(JsonNode state) implements EventBody {
        public StateSnapshot {
            need("state", state);
        }
    }

    /** @param patch a JSON Patch, RFC 6902 */
    record StateDelta(JsonNode patch) implements EventBody {
        public StateDelta {
            need("patch", kind("patch", patch, JsonNode::isArray, "an array"));
        }
    }

    record Custom(String name, JsonNode value) implements EventBody {
        public Custom {
            named("name", name);
        }
    }

    /** @param durationMs given by the gateway where the agent left it out */
    record RunCompleted(JsonNode result, Long durationMs, JsonNode usage) implements EventBody {
        public RunCompleted {
            if (durationMs != null && durationMs < 0) {
                throw new InvalidField("durationMs", "must not be negative");
            }
            usage = kind("usage", usage, JsonNode::isObject, "an object");
        }
    }

    record RunFailed(String code, String message) implements EventBody {
        public RunFailed {
            need("message", message);
        }
    }

    record RunCancelled(String reason) implements EventBody {}

    record RunAbandoned(String reason) implements EventBody {}

    private static void need(String field, Object value) {
        if (value == null || value instanceof JsonNode node && node.isMissingNode()) {
            throw new InvalidField(field, "is required");
        }
    }

    private static void named(String field, String value) {
        need(field, value);
        namedIfAny(field, value);
    }

    private static void namedIfAny(String field, String value) {
        if (value != null && (value.isEmpty() || value.length() > MAX_NAME)) {
            throw new InvalidField(field, "must have 1 to " + MAX_NAME + " characters");
        }
    }

    /** The value, where it is of that kind; JSON's null is none. */
    private static JsonNode kind(String field, JsonNode value, Predicate<JsonNode> kind, String name) {
        if (value == null || value.isNull()) {
            return null;
        }
        if (!kind.test(value)) {
            throw new InvalidField(field, "must be " + name);
        }
        return value;
    }

    /** An event body with a field that it may not have so. The message may be shown to whoever sent it. */
    final class InvalidField extends IllegalArgumentException {
        InvalidField(String field, String problem) {
            super("field '" + field + "' " + problem);
        }
    }
}
