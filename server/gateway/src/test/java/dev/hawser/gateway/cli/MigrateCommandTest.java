package dev.hawser.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.sql.Durability;
import dev.hawser.sql.sqlite.SqliteStore;
import dev.hawser.sql.sqlite.SqliteSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MigrateCommandTest {
    @TempDir
    Path folder;

    @Test
    void it_makes_the_schema_once_and_then_says_that_it_is_current() {
        var first = command("migrate");
        assertThat(first.code()).isZero();
        assertThat(first.out()).isEqualTo("schema " + SqliteSchema.CURRENT + " in " + folder.resolve("data") + " created\n");
        var second = command("migrate");
        assertThat(second.code()).isZero();
        assertThat(second.out()).isEqualTo("schema " + SqliteSchema.CURRENT + " in " + folder.resolve("data") + " is current\n");
        assertThat(command("check").out()).contains("ok    store.url: sqlite, schema " + SqliteSchema.CURRENT + " is current");
    }

    @Test
    void both_work_beside_a_running_gateway() {
        try (var running = SqliteStore.open(folder.resolve("data"), Durability.PROCESS)) {
            assertThat(running.metrics()).isNotNull();
            assertThat(command("migrate").out()).contains("is current");
            assertThat(command("check").code()).isZero();
        }
    }

    @Test
    void what_is_no_database_is_told() throws IOException {
        Files.createDirectories(folder.resolve("data"));
        Files.writeString(folder.resolve("data/hawser.db"), "this is a letter, not a database ".repeat(200));
        var migrate = command("migrate");
        assertThat(migrate.code()).isEqualTo(1);
        assertThat(migrate.err()).startsWith("hawser migrate: ").contains("hawser.db").doesNotContain("\tat ");
        var check = command("check");
        assertThat(check.code()).isEqualTo(2);
        assertThat(check.out()).contains("FAIL  store.url: ");
    }

    private CommandRun command(String name) {
        return CommandRun.of(Map.of("HAWSER_DATA", folder.resolve("data").toString()), name);
    }
}
