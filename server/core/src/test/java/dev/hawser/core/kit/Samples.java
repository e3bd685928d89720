package dev.hawser.core.kit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/** Events of every type, with everything in them and with as little as may be. */
public final class Samples {
    /** What breaks a careless writer of JSON. */
    public static final String TRICKY = "\"\\ / \b\f\n\r\t \u0000\u001f\u007f\u2028\u2029 ä € 中 🎉 </script> \u00ad\ufeff";

    private static final Instant LATER = Instant.parse("2026-12-31T23:59:59.999Z");

    private Samples() {}

    public static JsonNode json(String text) {
        return Json.read(text.getBytes(StandardCharsets.UTF_8));
    }

    private static JsonNode tree() {
        return json("{\"a\":[1,2.50,-1e-7,12345678901234567890,true,null,{\"\":\"\\u0000\"}],\"ü\":\"🎉\"}");
    }

    /** As they are logged. */
    public static List<EventBody> logged() {
        return List.of(
                new EventBody.MessageUser("u1", TRICKY, "ann", Json.object().put("page", 3)),
                new EventBody.MessageUser("u1", "", "ann", null),
                new EventBody.RunStarted("demo", 1),
                EventBody.RunWaiting.APPROVAL, EventBody.RunWaiting.DEVICE,
                new EventBody.RunRestarted(2),
                new EventBody.Thinking(TRICKY),
                new EventBody.TextDelta("a1", TRICKY),
                new EventBody.TextDone("a1", ""),
                new EventBody.ToolCall("t1", "pay", tree(), "phone"),
                new EventBody.ToolCall("t1", "pay", Json.object(), null),
                new EventBody.ToolResult("t1", tree(), null),
                new EventBody.ToolResult("t1", null, json("\"broken\"")),
                new EventBody.ToolResult("t1", null, null),
                new EventBody.ApprovalRequired("p1", "pay", tree(), "why", json("12.50"), "EUR", json("0.1"), LATER),
                new EventBody.ApprovalRequired("p1", "pay", Json.object(), "", null, null, null, null),
                new EventBody.ApprovalDecided("p1", "edit", "ann", tree(), TRICKY),
                new EventBody.ApprovalDecided("p1", "expire", null, null, null),
                new EventBody.SubagentStarted("s1", "search", TRICKY, "demo"),
                new EventBody.SubagentEnded("s1", tree(), true, 12L, null),
                new EventBody.SubagentEnded("s1", null, false, null, "no"),
                new EventBody.UiAction(tree()),
                new EventBody.UiAction(tree(), "ann"),
                new EventBody.StateSnapshot(tree()),
                new EventBody.StateDelta(json("[{\"op\":\"add\",\"path\":\"/a\",\"value\":1}]")),
                new EventBody.Custom("progress", tree()),
                new EventBody.RunCompleted(tree(), 1234L, json("{\"tokens\":7}")),
                new EventBody.RunCompleted(null, 0L, null),
                new EventBody.RunFailed("AGENT_ERROR", TRICKY),
                new EventBody.RunCancelled("enough"), new EventBody.RunCancelled(null),
                new EventBody.RunAbandoned(null));
    }
}
