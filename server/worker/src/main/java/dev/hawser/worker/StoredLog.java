package dev.hawser.worker;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the gateway has stored of a run. Every method blocks. */
final class StoredLog {
    private static final Set<String> BEGINS = Set.of("run.started", "run.restarted");
    private static final Set<String> GATEWAYS = Set.of(
            "message.user", "run.started", "run.restarted", "run.waiting", "approval.decided", "run.abandoned");
    private static final Set<String> ENDS = Set.of("run.completed", "run.failed", "run.cancelled", "run.abandoned");

    private final GatewayApi api;
    private final ClaimedRun run;

    StoredLog(GatewayApi api, ClaimedRun run) {
        this.api = api;
        this.run = run;
    }

    /** The run's events after that sequence; by asking, nothing is taken any more of streams with a number below the next one's. */
    List<JsonNode> after(long sequence, long next) throws IOException, InterruptedException, Refused {
        List<JsonNode> events = new ArrayList<>();
        long after = sequence;
        while (true) {
            JsonNode page = api.get("/v1/runs/" + run.runId() + "/events?limit=1000&after=" + after + "&upload=" + next,
                    run.runToken(), Duration.ZERO);
            page.path("events").forEach(events::add);
            if (!page.has("nextAfter")) {
                return events;
            }
            after = page.path("nextAfter").asLong();
        }
    }

    /** Those since the attempt began, the begin included. */
    static List<JsonNode> sinceBegin(List<JsonNode> events) {
        int begin = events.size() - 1;
        while (begin > 0 && !BEGINS.contains(type(events.get(begin)))) {
            begin--;
        }
        return events.subList(Math.max(begin, 0), events.size());
    }

    /** Those that the agent has sent. */
    static List<JsonNode> own(List<JsonNode> events, Set<String> deviceCalls) {
        Set<String> calls = new HashSet<>(deviceCalls);
        List<JsonNode> own = new ArrayList<>();
        for (JsonNode event : events) {
            String call = event.path("toolCallId").asText();
            if (type(event).equals("tool.call") && event.has("deviceId")) {
                calls.add(call);
            }
            boolean others = GATEWAYS.contains(type(event)) || event.has("userId")
                    || type(event).equals("tool.result") && calls.contains(call);
            if (!others) {
                own.add(event);
            }
        }
        return own;
    }

    static boolean ends(JsonNode event) {
        return ENDS.contains(type(event));
    }

    static String type(JsonNode event) {
        return event.path("type").asText();
    }
}
