package dev.hawser.gateway.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.Json;
import java.io.IOException;
import java.net.http.WebSocketHandshakeException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/** One replay of a transcript against a started server. */
public final class Replay implements AutoCloseable {
    /** Opens wires to the server. */
    public interface Server {
        /** @param principal {@code {tenant, user}} for whom the wire presents a valid credential, or null for none */
        Wire open(String path, Map<String, String> query, JsonNode principal);
    }

    private final Server server;
    private final Map<String, Line> lines = new HashMap<>();
    private final Map<String, JsonNode> captured = new HashMap<>();

    /** One wire of the transcript. */
    private static final class Line {
        private final JsonNode connect;
        private Wire wire;
        private Invariants invariants;
        /** The status that kept the wire out; 0 where it was let in. */
        private int refused;

        Line(JsonNode connect) {
            this.connect = connect;
        }
    }

    public Replay(Server server) {
        this.server = server;
    }

    /** Takes every step; fails with the line at fault. */
    public void play(Transcript transcript) {
        int number = 0;
        for (JsonNode step : transcript.steps()) {
            number++;
            try {
                for (int times = step.path("times").asInt(1); times > 0; times--) {
                    step(step);
                }
            } catch (AssertionError | RuntimeException | IOException e) {
                throw new AssertionError(
                        transcript.name() + ", line " + number + ": " + e.getMessage() + "\n" + step, e);
            }
        }
    }

    private void step(JsonNode step) throws IOException {
        String name = step.path("wire").asText("a");
        if (step.has("connect")) {
            lines.put(name, new Line(step.path("connect")));
        }
        Line line = lines.get(name);
        for (Map.Entry<String, JsonNode> part : step.properties()) {
            JsonNode what = part.getValue();
            switch (part.getKey()) {
                case "transcript", "description", "wire", "times" -> { }
                case "connect" -> open(line, what.path("query"));
                case "reconnect" -> {
                    line.wire.cut();
                    open(line, what.path("query"));
                }
                case "send" -> line.wire.send(filled(what));
                case "sendText" -> line.wire.sendText(what.textValue());
                case "sendBinary" -> line.wire.sendBinary(what.binaryValue());
                case "close" -> {
                    line.wire.sendClose(what.intValue());
                    line.wire.closed();
                }
                case "expect" -> expect(what, message(line));
                case "expectText" -> expectText(what.textValue(), message(line));
                case "expectAll" -> expectAll(what, line);
                case "skipUntil" -> {
                    while (new Pattern(what).differs(message(line), captured).isPresent()) {
                        continue;
                    }
                }
                case "expectRefused" -> assertThat(line.refused).isEqualTo(what.path("status").intValue());
                case "expectClose" -> expectClose(what.path("code").intValue(), line);
                default -> fail("no such step: " + part.getKey());
            }
        }
    }

    private void open(Line line, JsonNode query) {
        Map<String, String> parameters = new HashMap<>();
        filled(query).properties().forEach(field -> parameters.put(field.getKey(), field.getValue().asText()));
        JsonNode principal = line.connect.path("principal");
        String path = line.connect.path("path").textValue();
        line.invariants = Invariants.of(path);
        try {
            line.wire = server.open(path, parameters, principal.isObject() ? principal : null);
        } catch (CompletionException e) {
            if (e.getCause() instanceof WebSocketHandshakeException refusal) {
                line.refused = refusal.getResponse().statusCode();
            } else {
                throw e;
            }
        }
    }

    private static JsonNode message(Line line) {
        return switch (arrival(line)) {
            case Wire.Arrival.Message(JsonNode json) -> json;
            case Wire.Arrival.Closed closed -> fail("closed: " + closed);
        };
    }

    private static Wire.Arrival arrival(Line line) {
        Wire.Arrival next = line.wire.next();
        if (next instanceof Wire.Arrival.Message(JsonNode json)) {
            line.invariants.check(json);
            if (Wire.type(json).equals("system.ping")) {
                line.wire.send("pong", "system.pong", "{}");
                return arrival(line);
            }
        }
        return next;
    }

    private void expect(JsonNode pattern, JsonNode message) {
        assertThat(new Pattern(pattern).differs(message, captured)).as("%s", message).isEmpty();
    }

    private static void expectText(String text, JsonNode message) {
        assertThat(message.isTextual() ? message.textValue() : message.toString()).isEqualTo(text);
    }

    private void expectAll(JsonNode patterns, Line line) {
        List<Pattern> open = new ArrayList<>();
        patterns.forEach(pattern -> open.add(new Pattern(pattern)));
        while (!open.isEmpty()) {
            JsonNode message = message(line);
            Optional<Pattern> taken = open.stream()
                    .filter(pattern -> pattern.differs(message, captured).isEmpty()).findFirst();
            assertThat(taken).as("%s fits none of %s", message, open).isPresent();
            open.remove(taken.get());
        }
    }

    private static void expectClose(int code, Line line) {
        Wire.Arrival end = arrival(line);
        if (end instanceof Wire.Arrival.Message(JsonNode json)) {
            assertThat(Wire.type(json)).isEqualTo("system.connection.close");
            assertThat(json.path("payload").path("code").intValue()).isEqualTo(code);
            end = arrival(line);
        }
        assertThat(end).isInstanceOfSatisfying(Wire.Arrival.Closed.class,
                closed -> assertThat(closed.code()).isEqualTo(code));
    }

    private JsonNode filled(JsonNode value) {
        if (value.isTextual() && value.textValue().startsWith("$ref:")) {
            String name = value.textValue().substring(5);
            assertThat(captured).containsKey(name);
            return captured.get(name);
        }
        if (value instanceof ObjectNode object) {
            ObjectNode copy = Json.object();
            object.properties().forEach(field -> copy.set(field.getKey(), filled(field.getValue())));
            return copy;
        }
        if (value instanceof ArrayNode array) {
            ArrayNode copy = Json.MAPPER.createArrayNode();
            array.forEach(element -> copy.add(filled(element)));
            return copy;
        }
        return value;
    }

    @Override
    public void close() {
        lines.values().stream().filter(line -> line.wire != null).forEach(line -> line.wire.cut());
    }
}
