package dev.hawser.gateway.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** One {@link Node} for all tests of a class, with a data folder of its own. */
final class RunningNode implements BeforeAllCallback, AfterAllCallback {
    private final Map<String, String> settings;
    private Path folder;
    private Node node;

    /** @param settings further configuration, as the environment would give it */
    RunningNode(Map<String, String> settings) {
        this.settings = settings;
    }

    Site site() {
        return node.site();
    }

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        folder = Files.createTempDirectory("hawser-node");
        node = Node.start(folder, settings);
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        if (node != null) {
            node.close();
        }
        if (folder != null) {
            List<Path> files;
            try (Stream<Path> found = Files.walk(folder)) {
                files = found.sorted(Comparator.reverseOrder()).toList();
            }
            for (Path file : files) {
                Files.delete(file);
            }
        }
    }
}
