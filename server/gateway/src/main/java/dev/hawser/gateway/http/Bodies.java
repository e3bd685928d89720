package dev.hawser.gateway.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.dialect.Fields;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.Utf8;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;

/** Reads request bodies within bounds. */
final class Bodies {
    private Bodies() {}

    /**
     * The fields of a JSON object.
     *
     * @throws Refusal 415 where it is of another type, 413 where it is too large, 400 where it is no JSON object
     */
    static Fields fields(Request request, int maxBytes) throws IOException {
        requireType(request, "application/json");
        byte[] body = bytes(request, maxBytes);
        if (!Utf8.valid(body)) {
            throw Refusal.of(Code.INVALID_MESSAGE, "The body is not valid UTF-8");
        }
        return new Fields(Fields.object(body));
    }

    /** As {@link #fields}, where a body may be left out altogether. */
    static Fields fieldsIfAny(Request request, int maxBytes) throws IOException {
        ObjectNode none = Json.object();
        if (request.header("Content-Type").isPresent()) {
            return fields(request, maxBytes);
        }
        if (bytes(request, maxBytes).length > 0) {
            requireType(request, "application/json");
        }
        return new Fields(none);
    }

    static byte[] bytes(Request request, int maxBytes) throws IOException {
        byte[] body = request.body().readNBytes(maxBytes + 1);
        if (body.length > maxBytes) {
            throw Refusal.of(413, Code.INVALID_MESSAGE, "The body is larger than " + maxBytes + " bytes", Map.of());
        }
        return body;
    }

    /** Refuses a body of another type, or one that is compressed. */
    static void requireType(Request request, String wanted) {
        boolean plain = request.header("Content-Encoding").map(coding -> coding.equalsIgnoreCase("identity"))
                .orElse(true);
        if (!plain || !type(request).equals(wanted)) {
            throw Refusal.of(415, Code.INVALID_MESSAGE, "The body must be " + wanted, Map.of());
        }
    }

    /** The media type of the body, without parameters; empty where it says none. */
    static String type(Request request) {
        String header = request.header("Content-Type").orElse("");
        int parameters = header.indexOf(';');
        return (parameters < 0 ? header : header.substring(0, parameters)).strip().toLowerCase(Locale.ROOT);
    }
}
