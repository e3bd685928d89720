package dev.hawser.core.dialect.standard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.dialect.Decoded;
import dev.hawser.core.kit.Protocol;
import dev.hawser.core.model.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The codec alone against the transcripts: what a client sends decodes, or is rejected with the code that is answered. */
class TranscriptsTest {
    private static final List<String> BAD_FRAME = List.of("INVALID_MESSAGE", "UNKNOWN_TYPE", "MISSING_REQUIRED_FIELD");

    @TestFactory
    Stream<DynamicTest> transcripts() {
        List<Path> files = Protocol.transcripts("standard");
        assertThat(files).isNotEmpty();
        return files.stream().map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> replay(file)));
    }

    private static void replay(Path file) throws IOException {
        List<JsonNode> steps = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            steps.add(Json.read(line.getBytes(StandardCharsets.UTF_8)));
        }
        assertThat(file).hasFileName(steps.getFirst().get("transcript").textValue() + ".jsonl");
        for (int i = 1; i < steps.size(); i++) {
            JsonNode step = steps.get(i);
            boolean text = step.has("sendText");
            if ((text || step.has("send")) && !step.has("wire")) {
                byte[] frame = text ? step.get("sendText").textValue().getBytes(StandardCharsets.UTF_8)
                        : Json.bytes(filled(step.get("send")));
                check(new StandardDialect().decode(frame), answer(steps.subList(i + 1, steps.size())), step);
            }
        }
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
    private static JsonNode answer(List<JsonNode> following) {
        return following.stream().filter(step -> !step.has("wire"))
                .filter(step -> step.has("expect") || step.has("skipUntil") || step.has("expectAll"))
                .map(step -> step.has("expect") ? step.get("expect") : step.path("skipUntil"))
                .findFirst().orElse(Json.object());
    }

    private static void check(Decoded decoded, JsonNode answer, JsonNode step) {
        String code = answer.path("type").asText().equals("system.error") ? answer.path("payload").path("code").asText() : "";
        switch (decoded) {
            case Decoded.Accepted _ -> assertThat(BAD_FRAME).as("%s", step).doesNotContain(code);
            case Decoded.Rejected rejected -> assertThat(rejected.fault().code().name()).as("%s", step).isEqualTo(code);
            case Decoded.WrongVersion _ -> assertThat(step.path("send").path("version").asText()).doesNotStartWith("1");
        }
    }
}
