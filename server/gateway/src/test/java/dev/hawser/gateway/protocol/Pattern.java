package dev.hawser.gateway.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What a message of a transcript has to have at least; protocol/README.md has the language. */
record Pattern(JsonNode json) {
    private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z";

    /** Says where the message differs, or takes down its captures where it does not. */
    Optional<String> differs(JsonNode message, Map<String, JsonNode> captured) {
        Map<String, JsonNode> tried = new HashMap<>(captured);
        Optional<String> difference = differs("", json, message, tried);
        if (difference.isEmpty()) {
            captured.putAll(tried);
        }
        return difference;
    }

    private static Optional<String> differs(
            String path, JsonNode pattern, JsonNode value, Map<String, JsonNode> captured) {
        if (pattern.isObject()) {
            return value.isObject()
                    ? pattern.properties().stream()
                            .map(field -> differs(path + "/" + field.getKey(), field.getValue(),
                                    value.path(field.getKey()), captured))
                            .flatMap(Optional::stream).findFirst()
                    : wrong(path, pattern, value);
        }
        if (pattern.isArray()) {
            if (!value.isArray() || value.size() != pattern.size()) {
                return wrong(path, pattern, value);
            }
            for (int i = 0; i < pattern.size(); i++) {
                Optional<String> difference = differs(path + "/" + i, pattern.get(i), value.get(i), captured);
                if (difference.isPresent()) {
                    return difference;
                }
            }
            return Optional.empty();
        }
        boolean fits = pattern.isTextual() && pattern.textValue().startsWith("$")
                ? matches(pattern.textValue(), value, captured) : same(pattern, value);
        return fits ? Optional.empty() : wrong(path, pattern, value);
    }

    private static boolean matches(String matcher, JsonNode value, Map<String, JsonNode> captured) {
        return switch (matcher) {
            case "$any" -> !value.isMissingNode();
            case "$string" -> value.isTextual() && !value.textValue().isEmpty();
            case "$number" -> value.isNumber();
            case "$boolean" -> value.isBoolean();
            case "$object" -> value.isObject();
            case "$array" -> value.isArray();
            case "$time" -> value.isTextual() && value.textValue().matches(TIME);
            case "$absent" -> value.isMissingNode() || value.isNull();
            default -> named(matcher, value, captured);
        };
    }

    private static boolean named(String matcher, JsonNode value, Map<String, JsonNode> captured) {
        String name = matcher.substring(matcher.indexOf(':') + 1);
        if (matcher.startsWith("$ref:")) {
            return captured.containsKey(name) && same(captured.get(name), value);
        }
        if (!matcher.startsWith("$id:")) {
            throw new IllegalArgumentException("no such matcher: " + matcher);
        }
        boolean scalar = value.isValueNode() && !value.isNull() && !value.isMissingNode();
        return scalar && same(captured.computeIfAbsent(name, _ -> value), value);
    }

    private static boolean same(JsonNode one, JsonNode other) {
        return one.isNumber() && other.isNumber()
                ? one.decimalValue().compareTo(other.decimalValue()) == 0 : one.equals(other);
    }

    private static Optional<String> wrong(String path, JsonNode pattern, JsonNode value) {
        return Optional.of(path + ": expected " + pattern + ", got "
                + (value.isMissingNode() ? "nothing" : value.toString()));
    }
}
