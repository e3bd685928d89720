package dev.hawser.core.model;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The kinds of event, with their names on the wire and who may write them. */
public enum EventType {
    MESSAGE_USER(EventBody.MessageUser.class, By.GATEWAY),
    RUN_STARTED(EventBody.RunStarted.class, By.GATEWAY),
    RUN_WAITING(EventBody.RunWaiting.class, By.GATEWAY),
    RUN_RESTARTED(EventBody.RunRestarted.class, By.GATEWAY),
    THINKING(EventBody.Thinking.class, By.AGENT),
    TEXT_DELTA(EventBody.TextDelta.class, By.AGENT),
    TEXT_DONE(EventBody.TextDone.class, By.AGENT),
    TOOL_CALL(EventBody.ToolCall.class, By.AGENT),
    TOOL_RESULT(EventBody.ToolResult.class, By.AGENT),
    APPROVAL_REQUIRED(EventBody.ApprovalRequired.class, By.AGENT),
    APPROVAL_DECIDED(EventBody.ApprovalDecided.class, By.GATEWAY),
    SUBAGENT_STARTED(EventBody.SubagentStarted.class, By.AGENT),
    SUBAGENT_ENDED(EventBody.SubagentEnded.class, By.AGENT),
    UI_ACTION(EventBody.UiAction.class, By.AGENT),
    STATE_SNAPSHOT(EventBody.StateSnapshot.class, By.AGENT),
    STATE_DELTA(EventBody.StateDelta.class, By.AGENT),
    CUSTOM(EventBody.Custom.class, By.AGENT),
    RUN_COMPLETED(EventBody.RunCompleted.class, By.AGENT),
    RUN_FAILED(EventBody.RunFailed.class, By.AGENT),
    RUN_CANCELLED(EventBody.RunCancelled.class, By.AGENT),
    RUN_ABANDONED(EventBody.RunAbandoned.class, By.GATEWAY);

    /** Who may write an event. */
    private enum By { AGENT, GATEWAY }

    private static final Map<Class<?>, String> WIRE = Arrays.stream(
                    EventBody.class.getAnnotation(JsonSubTypes.class).value())
            .collect(Collectors.toMap(JsonSubTypes.Type::value, JsonSubTypes.Type::name));
    private static final Map<Class<?>, EventType> BY_BODY =
            Arrays.stream(values()).collect(Collectors.toMap(type -> type.body, Function.identity()));
    private static final Map<String, EventType> BY_WIRE =
            Arrays.stream(values()).collect(Collectors.toMap(type -> WIRE.get(type.body), Function.identity()));

    private final Class<? extends EventBody> body;
    private final By by;

    EventType(Class<? extends EventBody> body, By by) {
        this.body = body;
        this.by = by;
    }

    /** The type that a body has. */
    public static EventType of(EventBody body) {
        return BY_BODY.get(body.getClass());
    }

    /** The type of that name, such as {@code text.delta}; empty where there is none. */
    public static Optional<EventType> of(String wire) {
        return Optional.ofNullable(BY_WIRE.get(wire));
    }

    /** The name on the wire, such as {@code text.delta}. */
    public String wire() {
        return WIRE.get(body);
    }

    /** The record that holds this type's fields. */
    public Class<? extends EventBody> body() {
        return body;
    }

    /** Whether an agent may write it; the others are the gateway's own. */
    public boolean byAgent() {
        return by == By.AGENT;
    }

    /** Whether it ends its run. */
    public boolean terminal() {
        return switch (this) {
            case RUN_COMPLETED, RUN_FAILED, RUN_CANCELLED, RUN_ABANDONED -> true;
            case MESSAGE_USER, RUN_STARTED, RUN_WAITING, RUN_RESTARTED, THINKING, TEXT_DELTA, TEXT_DONE, TOOL_CALL,
                    TOOL_RESULT, APPROVAL_REQUIRED, APPROVAL_DECIDED, SUBAGENT_STARTED, SUBAGENT_ENDED, UI_ACTION,
                    STATE_SNAPSHOT, STATE_DELTA, CUSTOM -> false;
        };
    }
}
