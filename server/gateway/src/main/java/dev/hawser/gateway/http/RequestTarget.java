package dev.hawser.gateway.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request target in origin form (RFC 9112 §3.2.1), taken apart and decoded. The percent encoding is undone once,
 * after splitting, so that an encoded slash never separates segments. Its text form never shows the query.
 *
 * @param path  the decoded segments; one empty segment for {@code /}, a trailing slash gives a last empty one
 * @param query every value of every parameter, in order; {@code +} is a space
 */
public record RequestTarget(List<String> path, Map<String, List<String>> query) {
    private static final int MAX_PARAMETERS = 100;

    /**
     * Takes it apart; empty where it is not in origin form, not well encoded, not UTF-8, or has too many parameters.
     */
    public static Optional<RequestTarget> parse(String target) {
        if (!target.startsWith("/") || target.contains("#")) {
            return Optional.empty();
        }
        int mark = target.indexOf('?');
        String path = pathOf(target);
        String query = mark < 0 ? "" : target.substring(mark + 1);
        try {
            List<String> segments = new ArrayList<>();
            for (String segment : path.substring(1).split("/", -1)) {
                segments.add(decode(segment, false));
            }
            return Optional.of(new RequestTarget(List.copyOf(segments), parameters(query)));
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** The path of a target, undecoded, without what stands behind it. */
    public static String pathOf(String target) {
        int mark = target.indexOf('?');
        return mark < 0 ? target : target.substring(0, mark);
    }

    /** Without the query: it may carry a credential. */
    @Override
    public String toString() {
        return "/" + String.join("/", path) + (query.isEmpty() ? "" : "?***");
    }

    /** The first value of a parameter. */
    public Optional<String> parameter(String name) {
        return query.getOrDefault(name, List.of()).stream().findFirst();
    }

    private static Map<String, List<String>> parameters(String query) throws CharacterCodingException {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        String[] pairs = query.split("&", MAX_PARAMETERS + 1);
        if (pairs.length > MAX_PARAMETERS) {
            throw new CharacterCodingException();
        }
        for (String pair : pairs) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = decode(equals < 0 ? pair : pair.substring(0, equals), true);
                String value = equals < 0 ? "" : decode(pair.substring(equals + 1), true);
                parameters.computeIfAbsent(name, _ -> new ArrayList<>(1)).add(value);
            }
        }
        return parameters;
    }

    private static boolean hex(char c) {
        return HexFormat.isHexDigit(c);
    }

    private static String decode(String text, boolean plusIsSpace) throws CharacterCodingException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                if (i + 2 >= text.length() || !hex(text.charAt(i + 1)) || !hex(text.charAt(i + 2))) {
                    throw new CharacterCodingException();
                }
                bytes.write(HexFormat.fromHexDigits(text, i + 1, i + 3));
                i += 2;
            } else if (c == '+' && plusIsSpace) {
                bytes.write(' ');
            } else if (c > ' ' && c < 0x7f) {
                bytes.write(c);
            } else {
                throw new CharacterCodingException();
            }
        }
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
    }
}
