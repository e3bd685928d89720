package dev.hawser.gateway.http;

import dev.hawser.core.dialect.Fields;
import dev.hawser.core.model.Caller;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Principal;
import dev.hawser.gateway.identity.AgentSide;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A request on its way to its route: let in, not yet trusted in what it says.
 *
 * @param principal null on public routes and on the agent side
 * @param agent     null but on the agent side
 */
record Request(HttpExchange exchange, RequestTarget target, Map<String, String> variables, Principal principal,
        AgentSide agent) {

    String method() {
        return exchange.method();
    }

    InputStream body() {
        return exchange.body();
    }

    /** The first value of a header. */
    Optional<String> header(String name) {
        List<String> values = exchange.headers(name);
        return values.isEmpty() ? Optional.empty() : Optional.of(values.getFirst());
    }

    /** An identifier from the path. One that cannot exist is as missing as one that does not. */
    <T> T id(String name, Function<String, T> kind) {
        try {
            return kind.apply(variables.get(name));
        } catch (IllegalArgumentException e) {
            throw Refusal.of(Code.NOT_FOUND);
        }
    }

    /** A whole number from the query; null where there is none. */
    Long number(String name, long min, long max) {
        return target.parameter(name).map(text -> number(name, text, min, max)).orElse(null);
    }

    /** How many the answer may hold: as many as asked for, but no more than {@code most}. */
    int limit(long usual, int most) {
        Long asked = number("limit", 1, Long.MAX_VALUE);
        return (int) Math.min(asked == null ? usual : asked, most);
    }

    /** A whole number that a header or parameter holds. */
    static long number(String name, String text, long min, long max) {
        if (text.matches("[0-9]{1,18}")) {
            long value = Long.parseLong(text);
            if (value >= min && value <= max) {
                return value;
            }
        }
        throw Refusal.of(Code.INVALID_MESSAGE, "'" + name + "' must be a whole number from " + min
                + (max == Long.MAX_VALUE ? "" : " to " + max));
    }

    /** Who commands. The credential was verified for this request, so for a command of it it does not end. */
    Caller caller() {
        String key = header("Idempotency-Key").orElse(null);
        if (key != null && (key.isBlank() || key.length() > Caller.MAX_COMMAND_ID)) {
            throw Refusal.of(Fields.wrong("Idempotency-Key", "of 1 to " + Caller.MAX_COMMAND_ID + " characters")
                    .fault());
        }
        return new Caller(new Principal(principal.tenant(), principal.user(), principal.scopes(), Instant.MAX), key,
                null);
    }
}
