package dev.hawser.gateway.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.hawser.gateway.peer.Cidr;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * One mapping of the configuration, read key by key. A value that does not fit is noted as a problem of the reading
 * and its default is given instead, so that one pass finds every problem. A key never asked for is unknown. One thread.
 */
final class Section {
    private final Reading reading;
    private final String path;
    private final String schemaPath;
    private final JsonNode node;
    private final Set<String> asked = new HashSet<>();
    private boolean closed;

    /**
     * The section of a node that may be absent.
     *
     * @param path       where it is; empty for the root
     * @param schemaPath the same with {@code *} for names of the user's choice and {@code []} for entries of lists
     */
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

    String text(String key, String fallback, Rule rule) {
        return find(key, fallback).flatMap(value -> value.text(rule)).orElse(fallback);
    }

    String text(String key, String fallback) {
        return text(key, fallback, Rule.ANY);
    }

    Optional<String> optionalText(String key) {
        return find(key, "").flatMap(value -> value.text(Rule.ANY));
    }

    String requiredText(String key) {
        return required(key).flatMap(value -> value.text(Rule.ANY)).orElse("");
    }

    Secret secret(String key, String fallback, Rule rule) {
        return find(key, fallback).flatMap(value -> value.secret(rule)).orElse(Secret.of(fallback));
    }

    Optional<Secret> optionalSecret(String key, Rule rule) {
        return find(key, "").flatMap(value -> value.secret(rule));
    }

    /** A secret for a header that is written here, or held by the environment variable that is named under the other key. */
    Optional<Secret> secretOrVariable(String key, String variableKey) {
        var written = optionalSecret(key, Rule.HEADER);
        var variable = find(variableKey, "").flatMap(value -> value.text(Rule.VARIABLE));
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
        return required(key).flatMap(value -> value.secret(Rule.ANY)).orElse(Secret.of(""));
    }

    int integer(String key, int fallback, int min, int max) {
        return find(key, Integer.toString(fallback)).flatMap(value -> value.integer(min, max)).orElse(fallback);
    }

    boolean flag(String key, boolean fallback) {
        return find(key, Boolean.toString(fallback)).flatMap(Value::flag).orElse(fallback);
    }

    Duration duration(String key, String fallback, String min, String max) {
        return find(key, fallback).flatMap(value -> value.duration(min, max))
                .orElseGet(() -> Durations.parse(fallback).orElseThrow());
    }

    <E extends Enum<E>> E choice(String key, E fallback) {
        return find(key, Value.word(fallback)).flatMap(value -> value.choice(fallback.getDeclaringClass()))
                .orElse(fallback);
    }

    /** An http or https URL without credentials in it. */
    Optional<URI> webUrl(String key) {
        return find(key, "").flatMap(Value::webUrl);
    }

    URI requiredWebUrl(String key) {
        return required(key).flatMap(Value::webUrl).orElse(URI.create("http://invalid/"));
    }

    /** The entries of a list that fit. */
    List<String> texts(String key, List<String> fallback, Rule rule) {
        return list(key, fallback.toString())
                .map(values -> values.stream().flatMap(value -> value.text(rule).stream()).toList()).orElse(fallback);
    }

    /** Addresses and blocks of addresses. */
    List<Cidr> addresses(String key, List<String> fallback) {
        return list(key, fallback.toString())
                .map(values -> values.stream().flatMap(value -> value.addresses().stream()).toList())
                .orElseGet(() -> fallback.stream().map(text -> Cidr.parse(text).orElseThrow()).toList());
    }

    /** A list in which each entry is a secret or a mapping. */
    <T> List<T> secretsOrSections(String key, Function<Secret, T> plain, Function<Section, T> reader) {
        var values = list(key, "[]").orElse(List.of());
        return IntStream.range(0, values.size()).boxed().flatMap(i -> values.get(i).node().isObject()
                ? Optional.of(reader.apply(entry(key, i, values.get(i).node()))).stream()
                : values.get(i).secret(Rule.ANY).map(plain).stream()).toList();
    }

    /** Headers with values that are secrets. */
    Map<String, Secret> secretMap(String key) {
        var secrets = new LinkedHashMap<String, Secret>();
        find(key, "{}").ifPresent(found -> found.mapping().ifPresent(tree -> {
            for (var field : tree.properties()) {
                new Value(reading, field.getValue(), found.label() + "." + field.getKey(), false)
                        .secret(Rule.HEADER).ifPresent(secret -> secrets.put(field.getKey(), secret));
            }
        }));
        return Collections.unmodifiableMap(secrets);
    }

    Section section(String key) {
        asked.add(key);
        return reading.section(join(path, key), join(schemaPath, key), node.path(key));
    }

    <T> Optional<T> optionalSection(String key, Function<Section, T> reader) {
        asked.add(key);
        var child = node.path(key);
        return child.isMissingNode() || child.isNull() ? Optional.empty() : Optional.of(reader.apply(section(key)));
    }

    /** A list of mappings. */
    <T> List<T> sections(String key, Function<Section, T> reader) {
        var values = list(key, "[]").orElse(List.of());
        return IntStream.range(0, values.size())
                .mapToObj(i -> reader.apply(entry(key, i, values.get(i).node()))).toList();
    }

    private Section entry(String key, int index, JsonNode entry) {
        return reading.section(join(path, key) + "[" + index + "]", join(schemaPath, key) + "[]", entry);
    }

    /** A mapping of names of the user's choice to mappings; empty when the key is absent. */
    <T> Optional<Map<String, T>> named(String key, String defaultText, Rule names, Function<Section, T> reader) {
        return find(key, defaultText).flatMap(Value::mapping).map(tree -> {
            var entries = new LinkedHashMap<String, T>();
            for (var field : tree.properties()) {
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

    /** The full paths of keys that nobody has asked for. */
    Set<String> unknown() {
        var unknown = new TreeSet<String>();
        node.fieldNames().forEachRemaining(name -> {
            if (!closed && !asked.contains(name)) {
                unknown.add(join(path, name));
            }
        });
        return unknown;
    }

    /** The value of the key's variable, else of the key; empty where neither is set. */
    private Optional<Value> find(String key, String defaultText) {
        asked.add(key);
        var label = join(path, key);
        var variable = reading.declare(label, join(schemaPath, key), defaultText);
        var text = variable.isEmpty() ? "" : reading.variableValue(variable);
        if (!text.isEmpty()) {
            return Optional.of(Value.ofVariable(reading, text, label + " (" + variable + ")"));
        }
        var found = node.path(key);
        return found.isMissingNode() || found.isNull()
                ? Optional.empty()
                : Optional.of(new Value(reading, found, label, false));
    }

    private Optional<Value> required(String key) {
        var found = find(key, "");
        if (found.isEmpty()) {
            problem(key, "is required");
        }
        return found;
    }

    private Optional<List<Value>> list(String key, String defaultText) {
        return find(key, defaultText).flatMap(Value::list);
    }

    private static String join(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
