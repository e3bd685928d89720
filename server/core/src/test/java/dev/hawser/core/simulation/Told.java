package dev.hawser.core.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.SessionKey;

/** A command that a client has given, until it is answered and after. */
final class Told {
    final String id;
    final SessionKey session;
    final ObjectNode frame;
    /** When it was given last. */
    long given = Long.MIN_VALUE / 2;
    private JsonNode answer;

    /** @param session the one that it is about */
    Told(String id, SessionKey session, ObjectNode frame) {
        this.id = id;
        this.session = session;
        this.frame = frame;
    }

    boolean answered() {
        return answer != null;
    }

    JsonNode answer() {
        return answer;
    }

    /** Whatever answers a repetition must be what answered the command; a refusal has had no effect and is not kept. */
    void answer(JsonNode payload, Judge judge) {
        judge.check(answer == null || answer.has("code") || answer.equals(payload), "another answer to", id, answer,
                payload);
        answer = payload;
    }
}
