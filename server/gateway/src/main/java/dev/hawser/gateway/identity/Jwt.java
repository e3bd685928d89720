package dev.hawser.gateway.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.util.Base64URL;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.Utf8;
import java.io.IOException;
import java.util.Optional;

/**
 * A JSON Web Token (RFC 7519) in compact JWS form, taken apart and not yet verified: nothing in it is to be believed,
 * it only says which issuer to ask.
 *
 * @param text the token as it came; a secret
 */
record Jwt(String text, ObjectNode header, ObjectNode claims) {
    /** Longest token that is looked at, in characters. */
    static final int MAX_LENGTH = 8192;

    private static final int PARTS = 3;

    /** Takes it apart strictly; empty where it is too long, not three base64url parts, or not two JSON objects. */
    static Optional<Jwt> parse(String text) {
        if (text.length() > MAX_LENGTH || !wellFormed(text)) {
            return Optional.empty();
        }
        int first = text.indexOf('.');
        int second = text.indexOf('.', first + 1);
        try {
            if (canonical(text.substring(second + 1))
                    && json(text.substring(0, first)) instanceof ObjectNode header
                    && json(text.substring(first + 1, second)) instanceof ObjectNode claims) {
                return Optional.of(new Jwt(text, header, claims));
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The issuer that it names; empty where it names none as a text. */
    Optional<String> issuer() {
        return Optional.ofNullable(claims.path("iss").textValue());
    }

    /** How it says that it was signed; null where it does not say so in a text. */
    String algorithm() {
        return header.path("alg").textValue();
    }

    @Override
    public String toString() {
        return "Jwt[***]";
    }

    private static boolean wellFormed(String text) {
        int parts = 1;
        int inPart = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.') {
                if (inPart == 0) {
                    return false;
                }
                parts++;
                inPart = 0;
            } else if (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_') {
                inPart++;
            } else {
                return false;
            }
        }
        return parts == PARTS && inPart > 0;
    }

    /** Whether it is the one way to write those bytes: a token that was let in has no second spelling (RFC 4648 §3.5). */
    private static boolean canonical(String part) {
        return part.length() % 4 != 1 && Base64URL.encode(new Base64URL(part).decode()).toString().equals(part);
    }

    private static JsonNode json(String part) throws IOException {
        byte[] bytes = new Base64URL(part).decode();
        if (!canonical(part) || !Utf8.valid(bytes)) {
            throw new IOException("not base64url of UTF-8");
        }
        try {
            return Json.parse(bytes);
        } catch (IOException e) {
            throw new IOException("not JSON");
        }
    }
}
