package dev.hawser.core.fuzz;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.dialect.Dialect;
import dev.hawser.core.dialect.EventBytes;
import dev.hawser.core.model.Epoch;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.EventJson;
import dev.hawser.core.model.NewEvent;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.TenantId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * An agent's event on its way to everybody: a first line that is the run's id, then the event. What is accepted is kept as
 * it is, and every envelope that is put around its bytes gives one JSON object.
 */
public final class SpliceTarget implements FuzzTarget {
    private final List<Dialect> dialects;

    public SpliceTarget(List<Dialect> dialects) {
        this.dialects = dialects;
    }

    @Override
    public String name() {
        return "splice";
    }

    @Override
    public List<byte[]> seeds() {
        return FuzzTarget.texts(
                "r1\n{\"type\":\"text.delta\",\"messageId\":\"m\",\"delta\":\"x\"}",
                "r\"\\2\n{\"type\":\"text.done\",\"text\":\"\\u0000\\ud83d\\ude00\"}",
                "\u00e9\n{\"type\":\"thinking\",\"text\":\"\"}",
                "\n{\"type\":\"custom\",\"name\":\"n\",\"value\":{\"type\":1,\"runId\":[12.50,1e400]}}",
                "\n{\"type\":\"state.snapshot\",\"state\":{}}",
                "\n{\"type\":\"state.delta\",\"patch\":[{\"op\":\"add\",\"path\":\"/a\",\"value\":null}]}",
                "r\n{\"type\":\"tool.call\",\"toolCallId\":\"t\",\"name\":\"pay\",\"arguments\":{\"a\":1}}",
                "r\n{\"type\":\"tool.result\",\"toolCallId\":\"t\",\"result\":[1,2,3]}",
                "r\n{\"type\":\"approval.required\",\"approvalId\":\"a\",\"toolName\":\"pay\",\"toolArgs\":{},"
                        + "\"reason\":\"r\",\"amount\":12.50,\"currency\":\"EUR\",\"expiresAt\":\"2026-01-31T12:00:00Z\"}",
                "r\n{\"type\":\"ui.action\",\"action\":{}}",
                "r\n{\"type\":\"subagent.started\",\"subagentId\":\"s\",\"subagentType\":\"t\",\"task\":\"x\",\"parentAgent\":\"p\"}",
                "r\n{\"type\":\"run.completed\",\"result\":null,\"durationMs\":1,\"usage\":{}}",
                "r\n{\"type\":\"run.failed\",\"code\":\"AGENT_ERROR\",\"message\":\"m\"}",
                "r\n{\"type\":\"message.user\",\"messageId\":\"m\",\"text\":\"t\",\"userId\":\"u\"}");
    }

    @Override
    public void take(byte[] input) {
        int line = 0;
        while (line < input.length && input[line] != '\n') {
            line++;
        }
        String name = new String(input, 0, line, StandardCharsets.UTF_8);
        byte[] json = Arrays.copyOfRange(input, Math.min(line + 1, input.length), input.length);
        EventBody body;
        try {
            body = EventJson.parse(json);
        } catch (IllegalArgumentException refused) {
            Holds.presentable(refused.getMessage());
            return;
        }
        NewEvent event = NewEvent.of(run(name), body);
        Event kept = new Event(event.type(), 7, 1_700_000_000_000L, event.run(), event.json());
        Holds.same(kept.body(), body, "read back");
        Holds.jsonObject(kept.json(), "the kept body");
        ObjectNode plain = Holds.jsonObject(EventBytes.plain(kept), "the plain form");
        Holds.same(plain.path("type").textValue(), event.type().wire(), "type");
        Holds.same(plain.path("runId").textValue(), event.run() == null ? null : event.run().value(), "run");
        SessionKey session = new SessionKey(new TenantId("acme"), new SessionId(event.run() == null ? "c" : name));
        for (Dialect dialect : dialects) {
            byte[] frame = dialect.encode(session, new Epoch("e"), kept);
            if (frame.length > 0) {
                Holds.jsonObject(frame, dialect.name());
            }
        }
    }

    /** Null where it can be no id. */
    private static RunId run(String name) {
        try {
            return new RunId(name);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
