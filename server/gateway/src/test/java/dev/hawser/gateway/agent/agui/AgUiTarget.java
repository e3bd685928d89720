package dev.hawser.gateway.agent.agui;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.fuzz.FuzzTarget;
import dev.hawser.core.fuzz.Holds;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.EventJson;
import dev.hawser.core.model.EventType;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.RunId;
import dev.hawser.core.port.AgentConnector.Stopped;
import dev.hawser.gateway.agent.Recorder;
import dev.hawser.gateway.agent.http.AgentFailure;
import dev.hawser.gateway.agent.http.Answer;
import dev.hawser.gateway.agui.AgUiEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What an AG-UI agent sends, an event a line: what it becomes can be kept, or it is refused in words of ours; and what a run that
 * was taken becomes on its way out keeps the protocol's order itself.
 */
public final class AgUiTarget implements FuzzTarget {
    private static final int SMALL = 64 * 1024;

    @Override
    public String name() {
        return "answer-ag-ui";
    }

    @Override
    public List<byte[]> seeds() {
        String start = "{\"type\":\"RUN_STARTED\"}\n";
        String end = "\n{\"type\":\"RUN_FINISHED\"}";
        return FuzzTarget.texts(start + "{\"type\":\"TEXT_MESSAGE_CHUNK\",\"messageId\":\"m\",\"delta\":\"a\"}" + end,
                start + "{\"type\":\"TOOL_CALL_CHUNK\",\"toolCallId\":\"t\",\"toolCallName\":\"f\",\"delta\":\"{}\"}\n"
                        + "{\"type\":\"TOOL_CALL_RESULT\",\"messageId\":\"x\",\"toolCallId\":\"t\",\"content\":\"[]\"}" + end,
                start + "{\"type\":\"TOOL_CALL_CHUNK\",\"toolCallId\":\"t\",\"toolCallName\":\"f\",\"delta\":\"{}\"}" + end,
                start + "{\"type\":\"REASONING_START\",\"messageId\":\"m\"}\n{\"type\":\"REASONING_END\",\"messageId\":\"m\"}"
                        + "\n{\"type\":\"REASONING_MESSAGE_CHUNK\",\"messageId\":\"m\",\"delta\":\"a\"}" + end,
                start + "{\"type\":\"SUBAGENT_STARTED\",\"subagentRunId\":\"s\",\"name\":\"n\",\"parentSubagentRunId\":\"p\"}\n"
                        + "{\"type\":\"SUBAGENT_ERROR\",\"subagentRunId\":\"s\",\"message\":\"m\"}" + end,
                start + "{\"type\":\"STEP_STARTED\",\"stepName\":\"s\"}\n{\"type\":\"STEP_FINISHED\",\"stepName\":\"s\"}\n"
                        + "{\"type\":\"RAW\",\"event\":1}\n{\"type\":\"CUSTOM\",\"name\":\"ag-ui.raw\"}" + end,
                start + "{\"type\":\"STATE_SNAPSHOT\",\"snapshot\":{}}\n{\"type\":\"STATE_DELTA\",\"delta\":[{\"op\":\"add\",\"path\":\"/a\"}]}\n"
                        + "{\"type\":\"ACTIVITY_SNAPSHOT\",\"messageId\":\"u\",\"activityType\":\"a2ui-surface\",\"content\":"
                        + "{\"a2ui_operations\":[{\"x\":{\"surfaceId\":\"s\"}}]}}" + end,
                start + "{\"type\":\"RUN_FINISHED\",\"outcome\":{\"type\":\"interrupt\",\"interrupts\":[{\"id\":\"i\",\"reason\":\"r\"}]}}",
                start + "{\"type\":\"MESSAGES_SNAPSHOT\",\"messages\":[{\"role\":\"assistant\",\"id\":\"m\",\"content\":\"c\"}]}" + end,
                "{\"type\":\"RUN_ERROR\",\"message\":\"m\"}", start, "nonsense");
    }

    @Override
    public void take(byte[] input) throws InterruptedException, Stopped {
        Recorder sink = new Recorder();
        List<byte[]> events = new ArrayList<>();
        for (String line : new String(input, StandardCharsets.ISO_8859_1).split("\n")) {
            events.add(line.getBytes(StandardCharsets.ISO_8859_1));
        }
        try {
            read(events, sink);
        } catch (AgentFailure failure) {
            Holds.presentable(failure.fault().message());
            sink.events.forEach(EventJson::write);
            return;
        }
        if (input.length <= SMALL) {
            try {
                read(written(sink.events), new Recorder());
            } catch (AgentFailure failure) {
                throw new AssertionError("does not keep its own rules: " + failure.getMessage());
            }
        }
    }

    private static void read(List<byte[]> events, Recorder sink) throws AgentFailure, InterruptedException, Stopped {
        AgUiStream stream = new AgUiStream(sink, AgUiStream.Known.of(Set.of(), List.of(), Set.of("f")),
                Json.MAPPER.createArrayNode());
        for (byte[] event : events) {
            if (event.length <= Answer.MAX_EVENT && !stream.take(event)) {
                break;
            }
        }
        if (stream.end() == null) {
            for (ClientCall call : stream.calls()) {
                sink.emit(call.event(null));
            }
            sink.emit(new EventBody.RunCompleted(null, null, null));
        }
    }

    /** As a client would get them. */
    private static List<byte[]> written(List<EventBody> events) {
        AgUiEncoder encoder = new AgUiEncoder("t", "r", null, Set.of());
        List<ObjectNode> out = new ArrayList<>(encoder.start(null));
        long sequence = 0;
        for (EventBody event : events) {
            EventBody kept = event instanceof EventBody.ApprovalRequired asked && asked.approvalId() == null
                    ? new EventBody.ApprovalRequired("given-" + sequence, asked.toolName(), asked.toolArgs(), asked.reason(),
                            asked.amount(), asked.currency(), asked.estimatedCost(), asked.expiresAt())
                    : event;
            out.addAll(encoder.event(new Event(EventType.of(kept), ++sequence, 1, new RunId("r"), EventJson.write(kept))));
        }
        if (!encoder.over()) {
            out.addAll(encoder.interrupt());
        }
        return out.stream().map(Json::bytes).toList();
    }
}
