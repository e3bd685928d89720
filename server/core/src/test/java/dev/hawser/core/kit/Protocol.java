package dev.hawser.core.kit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The language-neutral files of the repository. */
public final class Protocol {
    private Protocol() {}

    /** A file or folder below {@code protocol/}. */
    public static Path path(String name) {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            Path found = folder.resolve("protocol").resolve(name);
            if (Files.exists(found)) {
                return found;
            }
        }
        throw new IllegalStateException("not inside the repository: " + Path.of("").toAbsolutePath());
    }

    public static JsonNode json(String name) {
        try {
            return Json.read(Files.readAllBytes(path(name)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The transcripts of a dialect, by name. */
    public static List<Path> transcripts(String dialect) {
        try (Stream<Path> files = Files.list(path(dialect).resolve("transcripts"))) {
            return files.filter(file -> file.toString().endsWith(".jsonl")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
