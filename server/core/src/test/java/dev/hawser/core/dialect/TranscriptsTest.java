package dev.hawser.core.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.dialect.apigw.ApigwDialect;
import dev.hawser.core.dialect.device.DeviceDialect;
import dev.hawser.core.dialect.envelope.EnvelopeDialect;
import dev.hawser.core.dialect.hitl.HitlDialect;
import dev.hawser.core.dialect.standard.StandardDialect;
import dev.hawser.core.kit.Protocol;
import dev.hawser.core.model.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The codecs alone against the transcripts: what a client sends decodes, or is rejected with the code that is answered. */
class TranscriptsTest {
    private static final List<String> BAD_FRAME = List.of("INVALID_MESSAGE", "UNKNOWN_TYPE", "MISSING_REQUIRED_FIELD");
    private static final List<Dialect> DIALECTS = List.of(new StandardDialect(), new HitlDialect(), new EnvelopeDialect(false),
            new ApigwDialect(null), new DeviceDialect());

    @TestFactory
    Stream<DynamicTest> transcripts() {
        return DIALECTS.stream().map(Dialect::name).flatMap(dialect -> {
            List<Path> files = Protocol.transcripts(dialect);
            assertThat(files).isNotEmpty();
            return files.stream().map(
                    file -> DynamicTest.dynamicTest(dialect + " " + file.getFileName(), () -> replay(file)));
        });
    }

    private static void replay(Path file) throws IOException {
        List<JsonNode> steps = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            steps.add(Json.read(line.getBytes(StandardCharsets.UTF_8)));
        }
        assertThat(file).hasFileName(steps.getFirst().get("transcript").textValue() + ".jsonl");
        Map<String, Dialect> wires = new HashMap<>();
        for (int i = 0; i < steps.size(); i++) {
            JsonNode step = steps.get(i);
            if (step.has("connect")) {
                wires.put(wire(step), at(step.path("connect").path("path").textValue(), steps.getFirst()));
            }
            boolean text = step.has("sendText");
            if (text || step.has("send")) {
                byte[] frame = text ? step.get("sendText").textValue().getBytes(StandardCharsets.UTF_8)
                        : Json.bytes(filled(step.get("send")));
                check(wires.get(wire(step)).decode(frame), answer(wire(step), steps.subList(i + 1, steps.size())), step);
            }
        }
    }

    private static String wire(JsonNode step) {
        return step.path("wire").asText("a");
    }

    /** @param first line of the transcript, which has the configuration */
    private static Dialect at(String path, JsonNode first) {
        JsonNode envelope = first.path("connect").path("config").path("dialects").path("envelope");
        if (envelope.path("nonJson").asText().equals("echo")) {
            return new EnvelopeDialect(true);
        }
        return DIALECTS.stream().filter(dialect -> dialect.path().equals(path)).findFirst().orElseThrow();
    }

    /** The message with something in place of what a replay would have captured. */
    private static JsonNode filled(JsonNode message) {
        ObjectNode copy = message.deepCopy();
        for (var field : message.properties()) {
            JsonNode value = field.getValue();
            if (value.isObject()) {
                copy.set(field.getKey(), filled(value));
            } else if (value.isTextual() && value.textValue().startsWith("$ref:")) {
                copy.put(field.getKey(), "captured");
            }
        }
        return copy;
    }

    /** The first message that the wire expects next; missing where there is none. */
    private static JsonNode answer(String wire, List<JsonNode> following) {
        return following.stream().filter(step -> wire(step).equals(wire))
                .filter(step -> step.has("expect") || step.has("skipUntil") || step.has("expectAll")
                        || step.has("expectText"))
                .map(step -> step.has("expect") ? step.get("expect") : step.path("skipUntil"))
                .findFirst().orElse(Json.object());
    }

    /** The code of an error in whichever dialect; empty for another message. */
    private static String code(JsonNode answer) {
        return switch (answer.path("type").asText()) {
            case "system.error" -> answer.path("payload").path("code").asText();
            case "error" -> answer.path("payload").path("code").asText(
                    answer.path("data").path("error_type").asText(answer.path("code").asText()));
            default -> "";
        };
    }

    private static void check(Decoded decoded, JsonNode answer, JsonNode step) {
        String code = code(answer);
        switch (decoded) {
            case Decoded.Accepted _ -> assertThat(BAD_FRAME).as("%s", step).doesNotContain(code);
            case Decoded.Rejected rejected -> assertThat(rejected.fault().code().name()).as("%s", step).isEqualTo(code);
            case Decoded.WrongVersion _ -> assertThat(step.path("send").path("version").asText()).doesNotStartWith("1");
        }
    }
}
