package dev.hawser.worker;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What became of an approval.
 *
 * @param decision {@code approve}, {@code edit}, {@code reject} or {@code expire}
 * @param args     those to use: edited, or as they were asked for
 * @param reason   null where none was given
 */
public record Decision(String approvalId, String decision, JsonNode args, String reason) {
    /** Whether it may be done, with {@link #args}. */
    public boolean approved() {
        return decision.equals("approve") || decision.equals("edit");
    }

    static Decision of(JsonNode json) {
        return new Decision(json.path("approvalId").asText(), json.path("decision").asText(),
                json.has("args") ? json.path("args") : json.path("editedArgs"),
                json.path("reason").textValue());
    }
}
