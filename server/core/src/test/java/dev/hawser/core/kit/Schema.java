package dev.hawser.core.kit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** As much of JSON Schema as {@code events.schema.json} uses; what it does not know, it refuses to overlook. */
public final class Schema {
    private static final List<String> KNOWN = List.of("$schema", "$id", "$defs", "title", "description", "$ref", "const",
            "enum", "type", "required", "properties", "items", "minLength", "maxLength", "minimum", "pattern", "format", "oneOf");

    private final JsonNode root;

    public Schema(JsonNode root) {
        this.root = root;
    }

    public JsonNode definition(String name) {
        JsonNode found = root.path("$defs").get(name);
        if (found == null) {
            throw new IllegalArgumentException("no such definition: " + name);
        }
        return found;
    }

    /** What is wrong with the value; empty where nothing is. */
    public List<String> complaints(String definition, JsonNode value) {
        List<String> found = new ArrayList<>();
        check(definition(definition), value, "", found);
        return found;
    }

    private void check(JsonNode schema, JsonNode value, String at, List<String> found) {
        if (schema.isBoolean()) {
            if (!schema.booleanValue()) {
                found.add(at + " may not be there");
            }
            return;
        }
        schema.fieldNames().forEachRemaining(keyword -> {
            if (!KNOWN.contains(keyword)) {
                throw new IllegalStateException("a keyword this checker does not know: " + keyword);
            }
        });
        if (schema.has("$ref")) {
            check(definition(schema.get("$ref").textValue().substring("#/$defs/".length())), value, at, found);
        }
        is(!schema.has("const") || schema.get("const").equals(value), at + " is not " + schema.get("const"), found);
        is(!schema.has("enum") || contains(schema.get("enum"), value), at + " is none of " + schema.get("enum"), found);
        is(!schema.has("type") || type(schema.get("type").textValue(), value), at + " is no " + schema.get("type"), found);
        if (value.isTextual()) {
            String text = value.textValue();
            is(text.length() >= schema.path("minLength").asInt(0), at + " is too short", found);
            is(text.length() <= schema.path("maxLength").asInt(Integer.MAX_VALUE), at + " is too long", found);
            is(!schema.has("pattern") || Pattern.compile(schema.get("pattern").textValue()).matcher(text).find(),
                    at + " does not match " + schema.get("pattern"), found);
        }
        is(!schema.has("minimum") || !value.isNumber() || value.decimalValue().compareTo(schema.get("minimum").decimalValue()) >= 0,
                at + " is too small", found);
        schema.path("required").forEach(name -> is(value.has(name.textValue()), at + " lacks " + name, found));
        schema.path("properties").properties().forEach(property -> {
            if (value.has(property.getKey())) {
                check(property.getValue(), value.get(property.getKey()), at + "/" + property.getKey(), found);
            }
        });
        if (schema.has("items")) {
            value.forEach(item -> check(schema.get("items"), item, at + "/*", found));
        }
        if (schema.has("oneOf")) {
            oneOf(schema.get("oneOf"), value, at, found);
        }
    }

    private void oneOf(JsonNode variants, JsonNode value, String at, List<String> found) {
        int matches = 0;
        List<String> reasons = new ArrayList<>();
        for (JsonNode variant : variants) {
            List<String> complaints = new ArrayList<>();
            check(variant, value, at, complaints);
            matches += complaints.isEmpty() ? 1 : 0;
            reasons.addAll(complaints);
        }
        is(matches == 1, at + " fits " + matches + " of its variants " + (matches == 0 ? reasons : ""), found);
    }

    private static boolean contains(JsonNode array, JsonNode value) {
        for (JsonNode one : array) {
            if (one.equals(value)) {
                return true;
            }
        }
        return false;
    }

    private static boolean type(String type, JsonNode value) {
        return switch (type) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual();
            case "boolean" -> value.isBoolean();
            case "number" -> value.isNumber();
            case "integer" -> value.isIntegralNumber();
            default -> throw new IllegalStateException("a type this checker does not know: " + type);
        };
    }

    private static void is(boolean holds, String complaint, List<String> found) {
        if (!holds) {
            found.add(complaint);
        }
    }
}
