package dev.hawser.sql.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.core.model.Event;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.port.SessionLog;
import dev.hawser.sql.Durability;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What was acknowledged survives {@code kill -9}, again and again on the same folder. */
class KilledProcessTest {
    private static final int KILLS = 3;

    @ParameterizedTest
    @EnumSource(Durability.class)
    void nothingAcknowledgedIsLostAndNothingIsTornOrRepeated(Durability durability) throws Exception {
        Path folder = Files.createTempDirectory("hawser-kill");
        try {
            long[] acknowledged = new long[Appender.SESSIONS];
            for (int kill = 1; kill <= KILLS; kill++) {
                appendAndKill(folder, durability, acknowledged, 700 * kill + 37);
                verify(folder, durability, acknowledged);
            }
            assertThat(Arrays.stream(acknowledged).boxed()).allMatch(last -> last > 0);
        } finally {
            Stores.delete(folder);
        }
    }

    private static void appendAndKill(Path folder, Durability durability, long[] acknowledged, int lines) throws Exception {
        Process process = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--enable-native-access=ALL-UNNAMED",
                "-cp", System.getProperty("java.class.path"), Appender.class.getName(), folder.toString(), durability.name())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader out = process.inputReader()) {
            for (int i = 0; i < lines; i++) {
                String line = out.readLine();
                // A JVM may have something to say of its machine, too.
                while (line != null && !line.matches("\\d+ \\d+")) {
                    line = out.readLine();
                }
                note(line, acknowledged);
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static void note(String line, long[] acknowledged) {
        assertThat(line).as("the appender ended by itself").isNotNull();
        String[] words = line.split(" ");
        int session = Integer.parseInt(words[0]);
        acknowledged[session] = Math.max(acknowledged[session], Long.parseLong(words[1]));
    }

    private static void verify(Path folder, Durability durability, long[] acknowledged) {
        SqliteStore store = SqliteStore.open(folder, durability);
        try {
            for (int i = 0; i < Appender.SESSIONS; i++) {
                long next = 1;
                List<Event> page = store.read(Appender.key(i), 0, SessionLog.MAX_READ);
                while (!page.isEmpty()) {
                    for (Event event : page) {
                        assertThat(event.sequence()).isEqualTo(next);
                        assertThat(((EventBody.TextDelta) event.body()).delta()).isEqualTo("event " + next);
                        next++;
                    }
                    page = store.read(Appender.key(i), next - 1, SessionLog.MAX_READ);
                }
                assertThat(next - 1).as("session " + i).isGreaterThanOrEqualTo(acknowledged[i]);
            }
        } finally {
            store.close();
        }
    }
}
