package dev.hawser.gateway.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A conversation that every implementation replays; the format is in protocol/README.md.
 *
 * @param name  what it is called
 * @param steps its lines, the first of which opens a wire
 */
public record Transcript(String name, List<JsonNode> steps) {
    /** All of a dialect, by name. */
    public static List<Transcript> all(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jsonl")).sorted().map(Transcript::read).toList();
        }
    }

    private static Transcript read(Path file) {
        try {
            List<JsonNode> steps = Files.readAllLines(file).stream()
                    .map(line -> Json.read(line.getBytes(StandardCharsets.UTF_8))).toList();
            return new Transcript(steps.getFirst().path("transcript").textValue(), steps);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The fragment of configuration that its server needs; missing for none. */
    public JsonNode config() {
        return steps.getFirst().path("connect").path("config");
    }
}
