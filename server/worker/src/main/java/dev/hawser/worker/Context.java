package dev.hawser.worker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What a handler has of its run. What is sent is stored in the order of the calls; a call returns once the event is on its way,
 * and waits while more than 1 MiB is. For the handler's thread.
 *
 * <p>Where a worker was lost while its run waited for a person, the handler is called anew, by whichever worker claims the run
 * then: as long as it does the same again, what is stored already is not sent once more, and its questions are answered at once.
 */
public final class Context {
    private static final int MAX_EVENT = 256 * 1024;
    private static final Duration SHORTEST_CALL = Duration.ofMillis(1);
    private static final Duration LONGEST_CALL = Duration.ofMinutes(10);
    /** How much later than the gateway a call of a device is given up here: by then the gateway has said so. */
    private static final Duration GRACE = Duration.ofSeconds(30);

    private final ClaimedRun run;
    private final Outbox outbox;
    private final int beganAs;
    private final Deque<JsonNode> replay;
    private final Map<String, Decision> decided;
    private final Map<String, JsonNode> results;
    private final Set<String> deviceCalls = ConcurrentHashMap.newKeySet();
    private final Map<String, CompletableFuture<Decision>> questions = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<JsonNode>> calls = new ConcurrentHashMap<>();
    private final BlockingQueue<JsonNode> actions = new LinkedBlockingQueue<>();
    private volatile boolean waitsForPerson;
    private int asked;
    private int called;

    /** @param before what is stored of the attempt, from its begin; empty for one that has just begun */
    Context(ClaimedRun run, Outbox outbox, List<JsonNode> before) {
        this.run = run;
        this.outbox = outbox;
        this.beganAs = before.isEmpty() ? run.attempt() : before.getFirst().path("attempt").asInt(run.attempt());
        this.replay = new ArrayDeque<>(StoredLog.own(before, Set.of()));
        this.decided = new HashMap<>();
        this.results = new HashMap<>();
        for (JsonNode event : before) {
            if (StoredLog.type(event).equals("approval.decided")) {
                decided.put(event.path("approvalId").asText(), Decision.of(event));
            } else if (StoredLog.type(event).equals("tool.result")) {
                results.put(event.path("toolCallId").asText(), event);
            }
        }
        if (run.resume() != null) {
            decided.put(run.resume().approvalId(), run.resume());
        }
    }

    public ClaimedRun run() {
        return run;
    }

    /** What the user said. */
    public String message() {
        return run.message();
    }

    /** A piece of the answer. */
    public void text(String delta) throws InterruptedException {
        send("text.delta", fields().put("delta", delta));
    }

    /** A thought that people may see. */
    public void thinking(String text) throws InterruptedException {
        send("thinking", fields().put("text", text));
    }

    /** A message for the surfaces of the session's people (A2UI). */
    public void ui(JsonNode action) throws InterruptedException {
        send("ui.action", fields().set("action", action));
    }

    /**
     * Any event that an agent may send.
     *
     * @throws IllegalArgumentException where it is larger than 256 KiB
     */
    public void send(String type, ObjectNode fields) throws InterruptedException {
        ObjectNode event = GatewayApi.JSON.createObjectNode().put("type", type);
        event.setAll(fields);
        byte[] json = bytes(event);
        if (replays(json)) {
            return;
        }
        byte[] line = Arrays.copyOf(json, json.length + 1);
        line[json.length] = '\n';
        outbox.put(line);
    }

    /** Whether it is the next one that is stored already. */
    private boolean replays(byte[] json) {
        JsonNode stored = replay.poll();
        if (stored == null) {
            return false;
        }
        JsonNode event = read(json);
        boolean same = event.properties().stream()
                .allMatch(field -> field.getValue().equals(stored.get(field.getKey()))
                        || field.getKey().equals("deviceId") && stored.has("deviceId")
                        || field.getKey().equals("timeoutMs"));
        if (!same) {
            replay.clear();
        }
        return same;
    }

    /**
     * Asks the session's people. Blocks until they have decided, the worker's lease being kept meanwhile; where the worker
     * drains, the run goes to whoever is there when they have.
     *
     * @param args what is to be done, for people to see and edit
     */
    public Decision approve(String tool, JsonNode args, String reason) throws InterruptedException {
        String id = run.runId() + "." + beganAs + ".a" + ++asked;
        send("approval.required", fields().put("approvalId", id).put("toolName", tool).put("reason", reason)
                .set("toolArgs", args));
        Decision known = decided.get(id);
        if (known != null) {
            return known.args().isMissingNode() ? new Decision(id, known.decision(), args, known.reason()) : known;
        }
        CompletableFuture<Decision> answer = questions.computeIfAbsent(id, _ -> new CompletableFuture<>());
        waitsForPerson = true;
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            waitsForPerson = false;
            questions.remove(id);
        }
    }

    /**
     * Calls a tool on whichever of the user's devices offers it, once at most. Blocks until it has answered.
     *
     * @param timeout how long the device may take, from a millisecond to ten minutes; the gateway ends the call then
     * @throws IllegalArgumentException where the time is not within these bounds
     * @throws DeviceException where no device does, it went away, the tool failed, or the time is over
     */
    public JsonNode callDevice(String tool, JsonNode args, Duration timeout) throws InterruptedException, DeviceException {
        if (timeout.compareTo(SHORTEST_CALL) < 0 || timeout.compareTo(LONGEST_CALL) > 0) {
            throw new IllegalArgumentException("a device may take from a millisecond to ten minutes");
        }
        String id = run.runId() + "." + beganAs + ".c" + ++called;
        deviceCalls.add(id);
        send("tool.call", fields().put("toolCallId", id).put("name", tool).put("deviceId", "*")
                .put("timeoutMs", timeout.toMillis()).set("arguments", args));
        JsonNode known = results.get(id);
        if (known == null) {
            CompletableFuture<JsonNode> answer = calls.computeIfAbsent(id, _ -> new CompletableFuture<>());
            try {
                known = answer.get(timeout.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                throw new DeviceException(tool, "TIMEOUT", null);
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            } finally {
                calls.remove(id);
            }
        }
        if (known.hasNonNull("error")) {
            throw new DeviceException(tool, known.path("error").path("code").asText("DEVICE_ERROR"), known.path("error"));
        }
        return known.path("result");
    }

    /** The next thing that somebody has done on a surface of the session, as its A2UI message. Blocks until there is one. */
    public JsonNode uiAction() throws InterruptedException {
        return actions.take();
    }

    /** An empty object, to put the fields of an event into. */
    public ObjectNode fields() {
        return GatewayApi.JSON.createObjectNode();
    }

    /** Takes what the inbox has. For the thread that reads it. */
    void take(JsonNode item) {
        switch (item.path("type").asText()) {
            case "approval.decided" -> questions
                    .computeIfAbsent(item.path("approvalId").asText(), _ -> new CompletableFuture<>())
                    .complete(Decision.of(item));
            case "device.result" -> calls
                    .computeIfAbsent(item.path("toolCallId").asText(), _ -> new CompletableFuture<>()).complete(item);
            case "ui.action" -> actions.add(item.path("action"));
            default -> { }
        }
    }

    Set<String> deviceCalls() {
        return new HashSet<>(deviceCalls);
    }

    boolean waitsForPerson() {
        return waitsForPerson;
    }

    private static byte[] bytes(JsonNode event) {
        try {
            byte[] json = GatewayApi.JSON.writeValueAsBytes(event);
            if (json.length > MAX_EVENT) {
                throw new IllegalArgumentException("an event of " + json.length + " bytes, " + MAX_EVENT + " at most");
            }
            return json;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not JSON", e);
        }
    }

    private static JsonNode read(byte[] json) {
        try {
            return GatewayApi.JSON.readTree(json);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
