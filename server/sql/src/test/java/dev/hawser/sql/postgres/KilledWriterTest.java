package dev.hawser.sql.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.core.model.Event;
import dev.hawser.core.model.EventBody;
import dev.hawser.sql.Durability;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What was acknowledged survives {@code kill -9} of the process that wrote it, again and again on the same database. */
class KilledWriterTest {
    private static final int KILLS = 3;

    @Test
    void nothingAcknowledgedIsLostAndNothingIsTornOrRepeated() throws Exception {
        try (TestDatabase database = Server.migrated()) {
            long[] acknowledged = new long[Appender.SESSIONS];
            for (int kill = 1; kill <= KILLS; kill++) {
                appendAndKill(database, acknowledged, 700 * kill + 37);
                verify(database, acknowledged);
            }
            assertThat(Arrays.stream(acknowledged).boxed()).allMatch(last -> last > 0);
        }
    }

    private static void appendAndKill(TestDatabase database, long[] acknowledged, int lines) throws Exception {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp", System.getProperty("java.class.path"), Appender.class.getName(), database.application())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader out = process.inputReader()) {
            for (int i = 0; i < lines; i++) {
                String line = out.readLine();
                while (line != null && !line.matches("\\d+ \\d+")) {
                    line = out.readLine();
                }
                assertThat(line).as("the appender ended by itself").isNotNull();
                String[] words = line.split(" ");
                int session = Integer.parseInt(words[0]);
                acknowledged[session] = Math.max(acknowledged[session], Long.parseLong(words[1]));
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static void verify(TestDatabase database, long[] acknowledged) {
        try (PostgresStore store = PostgresStore.open(database.application(), Durability.POWER)) {
            for (int i = 0; i < Appender.SESSIONS; i++) {
                // Its last transaction may still be committing on the server: a work of ours waits for it.
                store.commit(Things.key(i), tx -> tx.position().last()).join();
                List<Event> log = Things.log(store, Things.key(i));
                assertThat(log).extracting(Event::sequence).isEqualTo(Things.upTo(log.size()));
                assertThat(log).allSatisfy(event -> assertThat(((EventBody.TextDelta) event.body()).delta())
                        .isEqualTo("event " + event.sequence()));
                assertThat((long) log.size()).as("session " + i).isGreaterThanOrEqualTo(acknowledged[i]);
            }
        }
    }
}
