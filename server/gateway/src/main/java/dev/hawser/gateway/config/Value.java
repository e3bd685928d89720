package dev.hawser.gateway.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.hawser.gateway.peer.Cidr;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * One value of the configuration as it was found. Each method reads it as one kind of thing; where it is none, that is noted as
 * a problem of the reading and the answer is empty. One thread.
 *
 * @param label           where it was found, for people
 * @param fromEnvironment whether a variable holds it: then it is a text, whatever it stands for
 */
record Value(Reading reading, JsonNode node, String label, boolean fromEnvironment) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static Value ofVariable(Reading reading, String text, String label) {
        return new Value(reading, TextNode.valueOf(text), label, true);
    }

    /** What kind of thing a node is, in words. */
    static String describe(JsonNode node) {
        return switch (node.getNodeType()) {
            case ARRAY -> "a list";
            case OBJECT -> "a mapping";
            case NUMBER -> "a number";
            case BOOLEAN -> "true or false";
            case STRING -> "a text";
            case BINARY, MISSING, NULL, POJO -> "nothing";
        };
    }

    /** A choice as it is written in a configuration. */
    static String word(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT);
    }

    Optional<String> text(Rule rule) {
        return node.isTextual() && rule.holds(node.textValue()) ? Optional.of(node.textValue()) : refuse(rule.expected());
    }

    Optional<Secret> secret(Rule rule) {
        return node.isTextual() && rule.holds(node.textValue())
                ? Optional.of(Secret.of(node.textValue())) : refuseUnseen(rule.expected());
    }

    Optional<Integer> integer(int min, int max) {
        long number = Long.MIN_VALUE;
        if (node.isIntegralNumber() && node.canConvertToLong()) {
            number = node.longValue();
        } else if (fromEnvironment && node.textValue().matches("-?\\d{1,18}")) {
            number = Long.parseLong(node.textValue());
        }
        return number >= min && number <= max
                ? Optional.of((int) number) : refuse("a whole number from " + min + " to " + max);
    }

    Optional<Boolean> flag() {
        if (node.isBoolean()) {
            return Optional.of(node.booleanValue());
        }
        return fromEnvironment && node.textValue().matches("true|false")
                ? Optional.of(Boolean.valueOf(node.textValue())) : refuse("true or false");
    }

    Optional<Duration> duration(String min, String max) {
        return Optional.of(node).filter(JsonNode::isTextual).flatMap(text -> Durations.parse(text.textValue()))
                .filter(duration -> duration.compareTo(Durations.parse(min).orElseThrow()) >= 0)
                .filter(duration -> duration.compareTo(Durations.parse(max).orElseThrow()) <= 0)
                .or(() -> refuse("a duration from " + min + " to " + max + " with its unit (ms, s, m, h, d)"));
    }

    <E extends Enum<E>> Optional<E> choice(Class<E> kind) {
        List<E> choices = Arrays.asList(kind.getEnumConstants());
        return choices.stream().filter(choice -> word(choice).equals(node.asText())).findFirst()
                .or(() -> refuse("one of " + String.join(", ", choices.stream().map(Value::word).toList())));
    }

    /** An http or https URL without credentials in it. */
    Optional<URI> webUrl() {
        try {
            var url = URI.create(node.asText());
            boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            if (node.isTextual() && web && url.getHost() != null && url.getUserInfo() == null) {
                return Optional.of(url);
            }
        } catch (IllegalArgumentException notAUrl) {
            // Told below; the parser's message would repeat the text, which may hold a password.
        }
        return refuseUnseen("a URL such as https://host:port/path, without user and password");
    }

    /** An address, or a block of addresses. */
    Optional<Cidr> addresses() {
        return Optional.of(node).filter(JsonNode::isTextual).flatMap(text -> Cidr.parse(text.textValue()))
                .or(() -> refuse("an address or block such as 10.0.0.0/8 or ::1"));
    }

    /** Its entries, where it is a list; in a variable it is written as JSON. */
    Optional<List<Value>> list() {
        return structure(JsonNode::isArray, "a list").map(tree -> IntStream.range(0, tree.size())
                .mapToObj(i -> new Value(reading, tree.get(i), label + "[" + i + "]", false)).toList());
    }

    /** Itself, where it is a mapping; in a variable it is written as JSON. */
    Optional<JsonNode> mapping() {
        return structure(JsonNode::isObject, "a mapping");
    }

    private Optional<JsonNode> structure(Predicate<JsonNode> kind, String expected) {
        var tree = fromEnvironment ? parse(node.textValue()) : node;
        return kind.test(tree) ? Optional.of(tree) : refuseUnseen(expected + (fromEnvironment ? " in JSON" : ""));
    }

    private static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException notJson) {
            return MissingNode.getInstance();
        }
    }

    private <T> Optional<T> refuse(String expected) {
        var shown = node.isTextual() || node.isNumber() || node.isBoolean() ? node.toString() : describe(node);
        reading.problem(label + ": " + shown + " is wrong, expected " + expected);
        return Optional.empty();
    }

    /** It may hold a secret, so it is not repeated. */
    private <T> Optional<T> refuseUnseen(String expected) {
        reading.problem(label + ": expected " + expected);
        return Optional.empty();
    }
}
