package dev.hawser.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.dialect.Dialect;
import dev.hawser.core.model.Json;
import dev.hawser.gateway.Dialects;
import dev.hawser.gateway.StartupException;
import dev.hawser.gateway.config.Config;
import dev.hawser.gateway.protocol.Replay;
import dev.hawser.gateway.protocol.Transcript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Replays every transcript of every dialect that is served against a started gateway. */
class TranscriptsTest {
    private static final Path FOLDER = Path.of("../../protocol");

    @TempDir
    static Path folder;

    private static Node node;

    @BeforeAll
    static void start() throws StartupException {
        node = Node.start(folder.resolve("data"), Map.of());
    }

    @AfterAll
    static void end() {
        node.close();
    }

    @TestFactory
    Stream<DynamicTest> transcripts() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (Dialect dialect : Dialects.of(Config.load(null, Map.of()).dialects())) {
            List<Transcript> all = Transcript.all(FOLDER.resolve(dialect.name()).resolve("transcripts"));
            assertThat(all).as(dialect.name()).isNotEmpty();
            all.forEach(transcript -> tests.add(DynamicTest.dynamicTest(
                    dialect.name() + " " + transcript.name(), () -> replay(transcript))));
        }
        return tests.stream();
    }

    private static void replay(Transcript transcript) throws Exception {
        if (transcript.config().isMissingNode()) {
            replay(transcript, node);
        } else {
            try (Node own = Node.start(config(transcript))) {
                replay(transcript, own);
            }
        }
    }

    private static void replay(Transcript transcript, Node server) {
        try (Replay replay = new Replay(server.site())) {
            replay.play(transcript);
        }
    }

    private static Config config(Transcript transcript) throws IOException {
        ObjectNode config = transcript.config().deepCopy();
        config.withObject("/identity").put("development", true);
        Path file = Files.write(folder.resolve(transcript.name() + ".yaml"), Json.bytes(config));
        return Config.load(file, Map.of("HAWSER_SERVER_PORT", "0")).withData(folder.resolve(transcript.name()));
    }
}
