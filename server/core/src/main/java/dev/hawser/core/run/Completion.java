package dev.hawser.core.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.Run;

/** What an event lacks when it comes from an agent, and has when it is logged: readers find every field that is promised. */
final class Completion {
    private Completion() {}

    static EventBody of(EventBody body, Run run) {
        return switch (body) {
            case EventBody.ToolCall call when call.arguments() == null || call.timeoutMs() != null ->
                    new EventBody.ToolCall(call.toolCallId(), call.name(), object(call.arguments()), call.deviceId());
            case EventBody.Custom custom when custom.value() == null ->
                    new EventBody.Custom(custom.name(), NullNode.getInstance());
            case EventBody.SubagentStarted started -> new EventBody.SubagentStarted(started.subagentId(),
                    text(started.subagentType()), text(started.task()),
                    started.parentAgent() == null ? run.agent().value() : started.parentAgent());
            case EventBody.SubagentEnded ended when ended.success() == null -> new EventBody.SubagentEnded(
                    ended.subagentId(), ended.result(), ended.error() == null, ended.durationMs(), ended.error());
            case EventBody.UiAction(var action, var userId) when userId != null -> new EventBody.UiAction(action);
            case EventBody.ToolCall _, EventBody.Custom _, EventBody.SubagentEnded _, EventBody.MessageUser _,
                    EventBody.RunStarted _, EventBody.RunWaiting _, EventBody.RunRestarted _, EventBody.Thinking _,
                    EventBody.TextDelta _, EventBody.TextDone _, EventBody.ToolResult _, EventBody.ApprovalRequired _,
                    EventBody.ApprovalDecided _, EventBody.UiAction _, EventBody.StateSnapshot _, EventBody.StateDelta _,
                    EventBody.RunCompleted _, EventBody.RunFailed _, EventBody.RunCancelled _,
                    EventBody.RunAbandoned _ -> body;
        };
    }

    static JsonNode object(JsonNode value) {
        return value == null ? Json.object() : value;
    }

    static String text(String value) {
        return value == null ? "" : value;
    }
}
