package dev.hawser.gateway.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.hawser.gateway.peer.Cidr;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * One mapping of the configuration, read key by key. A value that does not fit is noted as a problem of the reading
 * and its default is given instead, so that one pass finds every problem. A key never asked for is unknown.
 */
final class Section {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Reading reading;
    private final String path;
    private final String schemaPath;
    private final JsonNode node;
    private final Set<String> asked = new HashSet<>();
    private boolean closed;

    Section(Reading reading, String path, String schemaPath, JsonNode node) {
        this.reading = reading;
        this.path = path;
        this.schemaPath = schemaPath;
        boolean absent = node.isNull() || node.isMissingNode();
        if (!absent && !node.isObject()) {
            reading.problem((path.isEmpty() ? "the configuration" : path) + ": expected a mapping, not "
                    + Value.describe(node));
        }
        this.node = node.isObject() ? node : MissingNode.getInstance();
    }

    /** One value as found, with where it was found. */
    private record Value(JsonNode node, String label, boolean fromEnvironment) {
        String shown() {
            return node.isTextual() || node.isNumber() || node.isBoolean() ? node.toString() : describe(node);
        }

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
    }

    String text(String key, String fallback, Rule rule) {
        return find(key, fallback).flatMap(value -> checkedText(value, rule)).orElse(fallback);
    }

    String text(String key, String fallback) {
        return text(key, fallback, Rule.ANY);
    }

    Optional<String> optionalText(String key) {
        return find(key, "").flatMap(value -> checkedText(value, Rule.ANY));
    }

    String requiredText(String key) {
        return required(key).flatMap(value -> checkedText(value, Rule.ANY)).orElse("");
    }

    Secret secret(String key, String fallback, Rule rule) {
        return find(key, fallback).flatMap(value -> checkedSecret(value, rule)).orElse(Secret.of(fallback));
    }

    Optional<Secret> optionalSecret(String key, Rule rule) {
        return find(key, "").flatMap(value -> checkedSecret(value, rule));
    }

    /** A secret for a header that is written here, or held by the environment variable that is named under the other key. */
    Optional<Secret> secretOrVariable(String key, String variableKey) {
        var written = optionalSecret(key, Rule.HEADER);
        var variable = find(variableKey, "").flatMap(value -> checkedText(value, Rule.VARIABLE));
        if (variable.isEmpty()) {
            return written;
        }
        // A line break behind a key in the environment is no part of it.
        var held = reading.variableValue(variable.get()).strip();
        if (written.isPresent()) {
            problem(variableKey, "is given beside " + key + ", expected one of the two");
        } else if (held.isEmpty()) {
            problem(variableKey, "the environment variable " + variable.get() + " is not set");
        } else if (!Rule.HEADER.holds(held)) {
            problem(variableKey, "the environment variable " + variable.get() + " holds no key, expected "
                    + Rule.HEADER.expected());
        }
        return written.or(() -> Optional.of(Secret.of(held)));
    }

    Secret requiredSecret(String key) {
        return required(key).flatMap(value -> checkedSecret(value, Rule.ANY)).orElse(Secret.of(""));
    }

    int integer(String key, int fallback, int min, int max) {
        var found = find(key, Integer.toString(fallback));
        if (found.isEmpty()) {
            return fallback;
        }
        var value = found.get();
        long number = Long.MIN_VALUE;
        if (value.node.isIntegralNumber() && value.node.canConvertToLong()) {
            number = value.node.longValue();
        } else if (value.fromEnvironment && value.node.textValue().matches("-?\\d{1,18}")) {
            number = Long.parseLong(value.node.textValue());
        }
        if (number < min || number > max) {
            refuse(value, "a whole number from " + min + " to " + max);
            return fallback;
        }
        return (int) number;
    }

    boolean flag(String key, boolean fallback) {
        var found = find(key, Boolean.toString(fallback));
        if (found.isEmpty()) {
            return fallback;
        }
        var value = found.get();
        if (value.node.isBoolean()) {
            return value.node.booleanValue();
        }
        if (value.fromEnvironment && value.node.textValue().matches("true|false")) {
            return Boolean.parseBoolean(value.node.textValue());
        }
        refuse(value, "true or false");
        return fallback;
    }

    Duration duration(String key, String fallback, String min, String max) {
        var standard = Durations.parse(fallback).orElseThrow();
        var found = find(key, fallback);
        if (found.isEmpty()) {
            return standard;
        }
        var parsed = found.filter(value -> value.node.isTextual())
                .flatMap(value -> Durations.parse(value.node.textValue()))
                .filter(duration -> duration.compareTo(Durations.parse(min).orElseThrow()) >= 0)
                .filter(duration -> duration.compareTo(Durations.parse(max).orElseThrow()) <= 0);
        if (parsed.isEmpty()) {
            refuse(found.get(), "a duration from " + min + " to " + max + " with its unit (ms, s, m, h, d)");
        }
        return parsed.orElse(standard);
    }

    <E extends Enum<E>> E choice(String key, E fallback) {
        var choices = Arrays.stream(fallback.getDeclaringClass().getEnumConstants()).toList();
        var found = find(key, word(fallback));
        if (found.isEmpty()) {
            return fallback;
        }
        var text = found.get().node.asText();
        for (var choice : choices) {
            if (word(choice).equals(text)) {
                return choice;
            }
        }
        refuse(found.get(), "one of " + String.join(", ", choices.stream().map(Section::word).toList()));
        return fallback;
    }

    /** An http or https URL without credentials in it. */
    Optional<URI> webUrl(String key) {
        return find(key, "").flatMap(this::checkedUrl);
    }

    URI requiredWebUrl(String key) {
        return required(key).flatMap(this::checkedUrl).orElse(URI.create("http://invalid/"));
    }

    List<String> texts(String key, List<String> fallback, Rule rule) {
        var found = list(key, fallback.toString());
        if (found.isEmpty()) {
            return fallback;
        }
        var texts = new ArrayList<String>();
        found.get().forEach(value -> checkedText(value, rule).ifPresent(texts::add));
        return List.copyOf(texts);
    }

    /** Addresses and blocks of addresses. */
    List<Cidr> addresses(String key, List<String> fallback) {
        var blocks = new ArrayList<Cidr>();
        var texts = list(key, fallback.toString());
        if (texts.isEmpty()) {
            fallback.forEach(text -> blocks.add(Cidr.parse(text).orElseThrow()));
        }
        texts.ifPresent(values -> values.forEach(value -> Cidr.parse(value.node.asText()).filter(_ -> value.node.isTextual())
                .ifPresentOrElse(blocks::add, () -> refuse(value, "an address or block such as 10.0.0.0/8 or ::1"))));
        return List.copyOf(blocks);
    }

    /** A list in which each entry is a secret or a mapping. */
    <T> List<T> secretsOrSections(String key, Function<Secret, T> plain, Function<Section, T> reader) {
        var items = new ArrayList<T>();
        list(key, "[]").ifPresent(values -> {
            for (int i = 0; i < values.size(); i++) {
                var value = values.get(i);
                if (value.node.isObject()) {
                    items.add(reader.apply(reading.section(join(path, key) + "[" + i + "]",
                            join(schemaPath, key) + "[]", value.node)));
                } else {
                    checkedSecret(value, Rule.ANY).map(plain).ifPresent(items::add);
                }
            }
        });
        return List.copyOf(items);
    }

    /** Headers with values that are secrets. */
    Map<String, Secret> secretMap(String key) {
        var secrets = new LinkedHashMap<String, Secret>();
        structure(key, "{}", JsonNode::isObject, "a mapping").ifPresent(found -> {
            for (var field : found.node.properties()) {
                var value = new Value(field.getValue(), found.label + "." + field.getKey(), false);
                checkedSecret(value, Rule.HEADER).ifPresent(secret -> secrets.put(field.getKey(), secret));
            }
        });
        return Collections.unmodifiableMap(secrets);
    }

    Section section(String key) {
        asked.add(key);
        return reading.section(join(path, key), join(schemaPath, key), node.path(key));
    }

    <T> Optional<T> optionalSection(String key, Function<Section, T> reader) {
        var child = node.path(key);
        asked.add(key);
        if (child.isMissingNode() || child.isNull()) {
            return Optional.empty();
        }
        return Optional.of(reader.apply(reading.section(join(path, key), join(schemaPath, key), child)));
    }

    /** A list of mappings. */
    <T> List<T> sections(String key, Function<Section, T> reader) {
        var items = new ArrayList<T>();
        structure(key, "[]", JsonNode::isArray, "a list").ifPresent(found -> {
            for (int i = 0; i < found.node.size(); i++) {
                items.add(reader.apply(reading.section(join(path, key) + "[" + i + "]",
                        join(schemaPath, key) + "[]", found.node.get(i))));
            }
        });
        return List.copyOf(items);
    }

    /** A mapping of names of the user's choice to mappings; empty when the key is absent. */
    <T> Optional<Map<String, T>> named(String key, String defaultText, Rule names, Function<Section, T> reader) {
        return structure(key, defaultText, JsonNode::isObject, "a mapping").map(found -> {
            var entries = new LinkedHashMap<String, T>();
            for (var field : found.node.properties()) {
                var label = join(path, key) + "." + field.getKey();
                if (!names.holds(field.getKey())) {
                    reading.problem(label + ": expected " + names.expected());
                } else {
                    entries.put(field.getKey(), reader.apply(
                            reading.section(label, join(schemaPath, key) + ".*", field.getValue())));
                }
            }
            return Collections.unmodifiableMap(entries);
        });
    }

    /** The full path of one of this section's keys. */
    String pathOf(String key) {
        return join(path, key);
    }

    void problem(String key, String text) {
        reading.problem(join(path, key) + ": " + text);
    }

    /** Stops looking for unknown keys here, after a problem that makes it unclear which are known. */
    void close() {
        closed = true;
    }

    Set<String> unknown() {
        var unknown = new TreeSet<String>();
        node.fieldNames().forEachRemaining(name -> {
            if (!closed && !asked.contains(name)) {
                unknown.add(join(path, name));
            }
        });
        return unknown;
    }

    private Optional<Value> find(String key, String defaultText) {
        asked.add(key);
        var label = join(path, key);
        var variable = reading.declare(label, join(schemaPath, key), defaultText);
        var text = variable.isEmpty() ? "" : reading.variableValue(variable);
        if (!text.isEmpty()) {
            return Optional.of(new Value(JSON.getNodeFactory().textNode(text), label + " (" + variable + ")", true));
        }
        var found = node.path(key);
        return found.isMissingNode() || found.isNull()
                ? Optional.empty()
                : Optional.of(new Value(found, label, false));
    }

    private Optional<Value> required(String key) {
        var found = find(key, "");
        if (found.isEmpty()) {
            problem(key, "is required");
        }
        return found;
    }

    private Optional<Value> structure(
            String key, String defaultText, Predicate<JsonNode> kind, String expected) {
        var found = find(key, defaultText);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        var value = found.get();
        var tree = value.fromEnvironment ? parse(value.node.textValue()) : value.node;
        if (!kind.test(tree)) {
            // The text itself may hold secrets, so it is not repeated.
            reading.problem(value.label + ": expected " + expected + (value.fromEnvironment ? " in JSON" : ""));
            return Optional.empty();
        }
        return Optional.of(new Value(tree, value.label, false));
    }

    private Optional<List<Value>> list(String key, String defaultText) {
        return structure(key, defaultText, JsonNode::isArray, "a list").map(found -> {
            var values = new ArrayList<Value>();
            for (int i = 0; i < found.node.size(); i++) {
                values.add(new Value(found.node.get(i), found.label + "[" + i + "]", false));
            }
            return values;
        });
    }

    private static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException notJson) {
            return MissingNode.getInstance();
        }
    }

    private Optional<String> checkedText(Value value, Rule rule) {
        if (value.node.isTextual() && rule.holds(value.node.textValue())) {
            return Optional.of(value.node.textValue());
        }
        refuse(value, rule.expected());
        return Optional.empty();
    }

    private Optional<Secret> checkedSecret(Value value, Rule rule) {
        if (value.node.isTextual() && rule.holds(value.node.textValue())) {
            return Optional.of(Secret.of(value.node.textValue()));
        }
        reading.problem(value.label + ": expected " + rule.expected());
        return Optional.empty();
    }

    private Optional<URI> checkedUrl(Value value) {
        try {
            var url = URI.create(value.node.asText());
            boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            if (value.node.isTextual() && web && url.getHost() != null && url.getUserInfo() == null) {
                return Optional.of(url);
            }
        } catch (IllegalArgumentException notAUrl) {
            // Told below; the parser's message would repeat the text, which may hold a password.
        }
        reading.problem(value.label + ": expected a URL such as https://host:port/path, without user and password");
        return Optional.empty();
    }

    private void refuse(Value value, String expected) {
        reading.problem(value.label + ": " + value.shown() + " is wrong, expected " + expected);
    }

    private static String word(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT);
    }

    private static String join(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
