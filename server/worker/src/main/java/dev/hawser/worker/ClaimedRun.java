package dev.hawser.worker;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A run that a worker was given.
 *
 * @param attempt      the fence: events of other attempts are refused
 * @param connectionId the wire that the message came on; null for none
 * @param history      the messages of the session before this one
 * @param metadata     what came with the message
 * @param sequence     where the session's log stood at the claim
 * @param resume       the decision that the run waited for without a worker; null where there is none
 * @param runToken     speaks for this attempt; a secret
 */
public record ClaimedRun(
        String runId, int attempt, String agent, String sessionId, String tenantId, String userId, String connectionId,
        String message, List<Message> history, JsonNode metadata, long sequence, Decision resume, String runToken,
        Instant leaseExpiresAt) {

    /** More uploads than anybody makes under one claim. */
    private static final long UPLOADS = 1_000_000;

    /** @param role {@code user} or {@code assistant} */
    public record Message(String role, String text, boolean complete) {}

    static ClaimedRun of(JsonNode json) {
        List<Message> history = new ArrayList<>();
        json.path("history").forEach(message -> history.add(new Message(message.path("role").asText(),
                message.path("text").asText(), message.path("complete").asBoolean(true))));
        return new ClaimedRun(json.path("runId").asText(), json.path("attempt").asInt(), json.path("agent").asText(),
                json.path("sessionId").asText(), json.path("tenantId").asText(), json.path("userId").asText(),
                json.path("connectionId").textValue(), json.path("message").asText(), List.copyOf(history),
                json.path("metadata"), json.path("sequence").asLong(),
                json.has("resume") ? Decision.of(json.path("resume")) : null, json.path("runToken").asText(),
                Instant.parse(json.path("leaseExpiresAt").asText()));
    }

    /** The number of its first upload, higher than those of who had the attempt before it waited. */
    long uploads() {
        return sequence * UPLOADS + 1;
    }

    @Override
    public String toString() {
        return "run " + runId + " attempt " + attempt;
    }
}
