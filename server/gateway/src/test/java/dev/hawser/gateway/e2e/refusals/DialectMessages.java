package dev.hawser.gateway.e2e.refusals;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Bad messages of the dialects beside {@code standard}, by what is wrong with them, and the codes that are right. */
enum DialectMessages {
    HITL("/api/v1/ws") {
        @Override
        JsonNode error(JsonNode frame) {
            return frame.path("data");
        }

        @Override
        String code(JsonNode frame) {
            return error(frame).path("error_type").asText();
        }

        @Override
        void add(Map<String, String> table) {
            for (String type : List.of("execute", "approve", "reject", "edit", "cancel", "ping")) {
                for (String data : List.of("1", "\"x\"", "[]", "true", "[{}]")) {
                    table.put("{\"type\":\"" + type + "\",\"data\":" + data + "}", WRONG);
                }
            }
            for (String value : List.of("1", "{}", "[]", "true", "\"\"", "\" \\t\"", "\"\\ud800\"")) {
                data(table, "execute", "\"command\":" + value, WRONG);
            }
            for (String id : IDS) {
                data(table, "approve", "\"request_id\":" + id, WRONG);
                data(table, "reject", "\"request_id\":" + id, WRONG);
                data(table, "edit", "\"edited_args\":{},\"request_id\":" + id, WRONG);
                data(table, "cancel", "\"execution_id\":" + id, WRONG);
            }
            for (String value : List.of("1", "\"x\"", "[]", "true")) {
                data(table, "edit", "\"request_id\":\"a\",\"edited_args\":" + value, WRONG);
                data(table, "reject", "\"request_id\":\"a\",\"reason\":" + value.replace("\"x\"", "{}"), WRONG);
            }
            for (String type : List.of("execute", "approve", "reject", "edit", "cancel")) {
                table.put("{\"type\":\"" + type + "\"}", LACKS);
                data(table, type, "\"command\":null,\"request_id\":null,\"execution_id\":null,\"edited_args\":null", LACKS);
            }
            for (String unknown : List.of("nobody", "' OR 1=1 --", "${jndi:ldap://x}", "../../etc", "x".repeat(128))) {
                data(table, "approve", "\"request_id\":\"" + unknown + "\"", "NOT_FOUND");
                data(table, "cancel", "\"execution_id\":\"" + unknown + "\"", "NOT_FOUND");
            }
        }
    },
    ENVELOPE("/realtime") {
        @Override
        JsonNode error(JsonNode frame) {
            return frame.path("payload");
        }

        @Override
        String code(JsonNode frame) {
            return error(frame).path("code").asText();
        }

        @Override
        void add(Map<String, String> table) {
            for (String payload : List.of("1", "\"x\"", "[]", "true", "[{}]")) {
                table.put("{\"type\":\"chat.send\",\"payload\":" + payload + "}", WRONG);
            }
            for (String text : List.of("1", "{}", "[]", "true", "\"\"", "\" \\t\"", "\"\\ud800\"")) {
                table.put("{\"type\":\"chat.send\",\"payload\":{\"text\":" + text + "}}", WRONG);
            }
            for (String id : IDS) {
                table.put("{\"type\":\"chat.send\",\"payload\":{\"text\":\"a\"},\"sessionId\":" + id + "}", WRONG);
                table.put("{\"type\":\"a2ui.action\",\"payload\":{},\"sessionId\":" + id + "}", WRONG);
                table.put("{\"type\":\"ping\",\"sessionId\":" + id + "}", WRONG);
            }
            for (String id : List.of("1", "{}", "[]", "true", "\"\"", "\"" + "r".repeat(129) + "\"")) {
                table.put("{\"type\":\"ping\",\"requestId\":" + id + "}", WRONG);
                table.put("{\"type\":\"nothing\",\"requestId\":" + id + "}", WRONG);
            }
            for (String lacks : List.of("", ",\"payload\":null", ",\"payload\":{}", ",\"payload\":{\"text\":null}")) {
                table.put("{\"type\":\"chat.send\"" + lacks + "}", LACKS);
            }
            table.put("{\"type\":\"a2ui.action\"}", LACKS);
            table.put("{\"type\":\"a2ui.action\",\"payload\":null}", LACKS);
            for (String unknown : List.of("nobodys", "' OR 1=1 --", "${jndi:ldap://x}", "../../etc", "x".repeat(128))) {
                table.put("{\"type\":\"chat.send\",\"payload\":{\"text\":\"a\"},\"sessionId\":\"" + unknown + "\"}", "NOT_FOUND");
                table.put("{\"type\":\"a2ui.action\",\"payload\":{},\"sessionId\":\"" + unknown + "\"}", "NOT_FOUND");
            }
        }
    };

    private static final String WRONG = "INVALID_MESSAGE";
    private static final String LACKS = "MISSING_REQUIRED_FIELD";
    /** What no id can be. */
    private static final List<String> IDS = List.of(
            "1", "{}", "[]", "true", "\"\"", "\"\\u0000\"", "\"" + "c".repeat(129) + "\"", "\"a\\r\\nb\"");

    final String path;

    DialectMessages(String path) {
        this.path = path;
    }

    /** What an error frame says. */
    abstract JsonNode error(JsonNode frame);

    abstract String code(JsonNode frame);

    abstract void add(Map<String, String> table);

    private static void data(Map<String, String> table, String type, String fields, String code) {
        table.put("{\"type\":\"" + type + "\",\"data\":{" + fields + "}}", code);
        table.put("{\"type\":\"" + type + "\"," + fields + "}", code);
    }

    /** The messages with their codes. */
    Map<String, String> table() {
        Map<String, String> table = new LinkedHashMap<>();
        for (String text : List.of("", " ", "hello", "null", "1", "true", "\"x\"", "[]", "[{}]", "{", "}", "{}{}", "{'type':1}", "\u0000",
                "[".repeat(10_000), "{\"a\":".repeat(2_000), "{\"type\":NaN}", "{\"type\":\"ping\",}", "// x", "\ufeff{",
                "{\"type\":\"ping\",\"x\":" + "9".repeat(5_000) + "}", "{\"type\":\"ping\",\"type\":\"ping\"}", "{\"type\":\"\\ud800\"}",
                "{\"\\udfff\":1}", "{\"type\":\"pi\u0001ng\"}", "\ud83d\ude00",
                "{\"type\":\"ping\",\"x\":" + "[".repeat(100) + "]".repeat(100) + "}")) {
            table.put(text, WRONG);
        }
        for (String type : List.of("1", "1.5", "{}", "[]", "true")) {
            table.put("{\"type\":" + type + "}", WRONG);
        }
        table.put("{}", LACKS);
        table.put("{\"type\":null}", LACKS);
        for (String type : List.of("", "nothing", "PING", " ping", "error", "pong", "system.ping", "data.message.send",
                "t".repeat(5_000), "__proto__", "${jndi:ldap://x}")) {
            table.put("{\"type\":\"" + type + "\"}", "UNKNOWN_TYPE");
        }
        add(table);
        return table;
    }
}
