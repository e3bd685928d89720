package dev.hawser.gateway.e2e.refusals;

import java.util.LinkedHashMap;
import java.util.Map;

/** Bad messages of the dialect {@code standard}, by what is wrong with them, and the codes that are right. */
final class BadMessages {
    private static final String WRONG = "INVALID_MESSAGE";
    private static final String LACKS = "MISSING_REQUIRED_FIELD";
    private static final String[] TYPES = {
        "data.message.send", "data.ui.action", "control.conversation.create", "control.conversation.subscribe",
        "control.conversation.unsubscribe", "control.run.cancel", "control.approval.decide", "system.connection.resume",
        "system.auth.refresh"};

    private final Map<String, String> all = new LinkedHashMap<>();

    /** The messages; each has the id {@code bad} where it can have one. */
    static Map<String, String> all() {
        BadMessages messages = new BadMessages();
        messages.shapes();
        messages.envelopes();
        messages.payloads();
        return messages.all;
    }

    private void shapes() {
        for (String text : new String[] {
            "", " ", "hello", "null", "1", "true", "\"x\"", "[]", "[{}]", "{", "}", "{}{}", "{'id':1}", "{\"id\":\"bad\"", "\u0000", "{\u0000}",
            "[".repeat(10_000), "{\"a\":".repeat(2_000), "{\"type\":NaN}", "{\"type\":\"system.ping\",}", "// x", "\ufeff{",
            "{\"type\":\"system.ping\",\"x\":" + "9".repeat(5_000) + "}", "{\"type\":\"system.ping\",\"x\":1e" + "9".repeat(50) + "}",
            "{\"type\":\"system.ping\",\"type\":\"system.ping\"}", "{\"type\":\"\\ud800\"}", "{\"\\udfff\":1}", "{\"type\":\"system.\u0001ping\"}",
            "<xml/>", "\ud83d\ude00", "{\"payload\":" + "[".repeat(100) + "]".repeat(100) + "}"}) {
            all.put(text, WRONG);
        }
        all.put("{}", LACKS);
        all.put("{\"id\":\"bad\"}", LACKS);
        all.put("{\"id\":\"bad\",\"type\":null}", LACKS);
    }

    private void envelopes() {
        for (String type : new String[] {"", "x", "system", "system.nothing", "data.text.delta", "SYSTEM.PING", " system.ping",
            "system.connection.established", "data.run.completed", "t".repeat(5_000), "__proto__", "${jndi:ldap://x}"}) {
            all.put("{\"id\":\"bad\",\"type\":\"" + type + "\"}", "UNKNOWN_TYPE");
        }
        for (String value : new String[] {"1", "{}", "[]", "true", "\"" + "i".repeat(129) + "\"", "\"\""}) {
            all.put("{\"id\":" + value + ",\"type\":\"system.ping\"}", WRONG);
        }
        for (String value : new String[] {"1", "{}", "[]", "true", "1.5"}) {
            all.put("{\"id\":\"bad\",\"type\":" + value + "}", WRONG);
            all.put("{\"id\":\"bad\",\"type\":\"system.ping\",\"version\":" + value + "}", WRONG);
        }
        for (String type : TYPES) {
            for (String payload : new String[] {"1", "\"x\"", "[]", "true", "[{}]"}) {
                all.put("{\"id\":\"bad\",\"type\":\"" + type + "\",\"payload\":" + payload + "}", WRONG);
            }
        }
    }

    private void payloads() {
        for (String id : new String[] {"1", "{}", "[]", "true", "\"\"", "\"\\u0000\"", "\"" + "c".repeat(129) + "\"", "\"a\\r\\nb\""}) {
            for (String type : TYPES) {
                boolean conversation = !type.startsWith("control.run") && !type.startsWith("control.approval") && !type.startsWith("system.auth");
                if (conversation) {
                    message(type, "\"conversationId\":" + id + ",\"text\":\"a\",\"lastSequence\":0,\"action\":{}", WRONG);
                }
            }
            message("control.run.cancel", "\"runId\":" + id, WRONG);
            message("control.approval.decide", "\"decision\":\"approve\",\"approvalId\":" + id, WRONG);
        }
        for (String text : new String[] {"1", "{}", "[]", "\"\"", "\" \\t\\n\"", "\"\\ud800\""}) {
            message("data.message.send", "\"text\":" + text, WRONG);
        }
        for (String last : new String[] {"-1", "1.5", "\"1\"", "{}", "[]", "true", "9223372036854775808", "1e3"}) {
            message("system.connection.resume", "\"conversationId\":\"c\",\"lastSequence\":" + last, WRONG);
            message("control.conversation.subscribe", "\"conversationId\":\"c\",\"lastSequence\":" + last, WRONG);
        }
        for (String decision : new String[] {"1", "\"\"", "\"maybe\"", "\"APPROVE\"", "\"edit\",\"editedArgs\":1", "\"expire\"",
            "\"reject\",\"reason\":{}"}) {
            message("control.approval.decide", "\"approvalId\":\"a\",\"decision\":" + decision, WRONG);
        }
        for (String metadata : new String[] {"1", "\"x\"", "[]", "true"}) {
            message("data.message.send", "\"text\":\"a\",\"metadata\":" + metadata, WRONG);
            message("control.conversation.create", "\"metadata\":" + metadata, WRONG);
        }
        for (String agent : new String[] {"1", "{}", "\"\"", "\"" + "a".repeat(129) + "\""}) {
            message("data.message.send", "\"text\":\"a\",\"agent\":" + agent, WRONG);
        }
        message("data.message.send", "", LACKS);
        message("control.run.cancel", "", LACKS);
        message("control.approval.decide", "\"approvalId\":\"a\"", LACKS);
        message("control.approval.decide", "\"decision\":\"approve\"", LACKS);
        message("control.approval.decide", "\"approvalId\":\"a\",\"decision\":\"edit\"", LACKS);
        message("system.connection.resume", "\"lastSequence\":0", LACKS);
        message("system.connection.resume", "\"conversationId\":\"c\"", LACKS);
        message("control.conversation.subscribe", "", LACKS);
        message("control.conversation.unsubscribe", "", LACKS);
        message("system.auth.refresh", "", LACKS);
        message("data.ui.action", "", LACKS);
        message("system.auth.refresh", "\"token\":1", WRONG);
        message("system.auth.refresh", "\"token\":\"x\"", "AUTH_INVALID");
        message("system.auth.refresh", "\"token\":\"" + "x".repeat(20_000) + "\"", "AUTH_INVALID");
        message("data.message.send", "\"text\":\"a\",\"agent\":\"nobody\"", "NOT_FOUND");
        message("data.ui.action", "\"action\":{\"a\":1}", LACKS);
        for (String id : new String[] {"none", "' OR 1=1 --", "../../x", "\\u202e", "%00", "c".repeat(128)}) {
            message("system.connection.resume", "\"conversationId\":\"" + id + "\",\"lastSequence\":0", "NOT_FOUND");
            message("control.conversation.subscribe", "\"conversationId\":\"" + id + "\"", "NOT_FOUND");
            message("data.message.send", "\"conversationId\":\"" + id + "\",\"text\":\"a\"", "NOT_FOUND");
            message("control.run.cancel", "\"runId\":\"" + id + "\"", "NOT_FOUND");
            message("control.approval.decide", "\"approvalId\":\"" + id + "\",\"decision\":\"approve\"", "NOT_FOUND");
        }
    }

    private void message(String type, String fields, String code) {
        all.put("{\"id\":\"bad\",\"type\":\"" + type + "\",\"payload\":{" + fields + "}}", code);
    }
}
