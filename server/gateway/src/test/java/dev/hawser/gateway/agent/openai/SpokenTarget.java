package dev.hawser.gateway.agent.openai;

import dev.hawser.core.fuzz.FuzzTarget;
import dev.hawser.core.fuzz.Holds;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.EventJson;
import dev.hawser.core.port.AgentConnector.Stopped;
import dev.hawser.gateway.agent.Recorder;
import dev.hawser.gateway.agent.http.AgentFailure;
import dev.hawser.gateway.agent.http.Answer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A model's answer, an event a line: what it becomes can be kept, or it is refused in words of ours; the text is the deltas' sum. */
public final class SpokenTarget implements FuzzTarget {
    @Override
    public String name() {
        return "answer-openai";
    }

    @Override
    public List<byte[]> seeds() {
        String finish = "{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n[DONE]";
        return FuzzTarget.texts("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\",\"reasoning\":\"b\"}}]}\n" + finish,
                "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}}]}\n"
                        + "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"function\":{\"arguments\":{}}}]}}],\"usage\":{\"a\":1,\"b\":{\"c\":2}}}\n"
                        + finish, "{\"error\":{}}", "{\"choices\":[{\"finish_reason\":\"length\"}]}", "[DONE]", "[]");
    }

    @Override
    public void take(byte[] input) throws InterruptedException, Stopped {
        Recorder sink = new Recorder();
        Spoken spoken = new Spoken("m", sink, new Usage());
        try {
            for (String line : new String(input, StandardCharsets.ISO_8859_1).split("\n")) {
                byte[] event = line.getBytes(StandardCharsets.ISO_8859_1);
                if (event.length <= Answer.MAX_EVENT && !spoken.chunk(event)) {
                    break;
                }
            }
            spoken.end();
            spoken.wishes().forEach(wish -> Holds.that(!wish.name().isBlank(), "a call of nothing"));
        } catch (AgentFailure failure) {
            Holds.presentable(failure.fault().message());
        }
        StringBuilder said = new StringBuilder();
        for (EventBody event : sink.events) {
            EventJson.write(event);
            if (event instanceof EventBody.TextDelta delta) {
                said.append(delta.delta());
            }
        }
        Holds.same(spoken.text(), said.toString(), "text");
    }
}
