package dev.hawser.gateway.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/**
 * A new folder that only this user can read, to be deleted with all that is in it.
 *
 * @param path where it is
 */
record TemporaryFolder(Path path) {
    static TemporaryFolder create() throws IOException {
        return new TemporaryFolder(Files.createTempDirectory("hawser-"));
    }

    void delete() {
        try (var files = Files.walk(path)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot delete " + path, failed);
        }
    }
}
