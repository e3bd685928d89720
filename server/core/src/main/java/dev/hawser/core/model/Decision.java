package dev.hawser.core.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Locale;

/**
 * The recorded answer to an approval. There is one, and it never changes.
 *
 * @param decidedBy  who answered; null where it expired
 * @param editedArgs with {@link Kind#EDIT}; null otherwise
 */
public record Decision(Kind kind, UserId decidedBy, JsonNode editedArgs, String reason, Instant at) {
    /** What was answered. */
    public enum Kind {
        APPROVE, REJECT, EDIT, EXPIRE;

        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** @throws IllegalArgumentException where no decision has that name */
        public static Kind of(String wire) {
            return valueOf(wire.toUpperCase(Locale.ROOT));
        }
    }
}
