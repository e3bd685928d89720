package dev.hawser.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.sql.postgres.PostgresSchema;
import dev.hawser.sql.postgres.Server;
import dev.hawser.sql.postgres.TestDatabase;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code migrate}, {@code check} and {@code serve} on a real PostgreSQL. */
class PostgresCommandsTest {
    @TempDir
    Path folder;

    private final TestDatabase database = Server.fresh();

    @AfterEach
    void drop() {
        database.close();
    }

    private CommandRun command(Map<String, String> settings, String... words) {
        var environment = new HashMap<>(Map.of("HAWSER_DATA", folder.resolve("data").toString(),
                "HAWSER_STORE_URL", database.application(), "HAWSER_STORE_OWNER_URL", database.owner(),
                "HAWSER_SERVER_PORT", "0"));
        environment.putAll(settings);
        var run = CommandRun.of(environment, words);
        assertThat(run.out() + run.err()).doesNotContain(Server.PASSWORD, "\tat ", "Exception")
                .doesNotContain(URLEncoder.encode(Server.PASSWORD, StandardCharsets.UTF_8));
        return run;
    }

    private CommandRun command(String... words) {
        return command(Map.of(), words);
    }

    @Test
    void migrate_tells_each_step_and_the_second_time_that_there_is_none() {
        var first = command("migrate");
        assertThat(first.err()).isEmpty();
        assertThat(first.code()).isZero();
        assertThat(first.out().lines()).anyMatch(line -> line.startsWith("connected to "))
                .anyMatch(line -> line.equals("applying 1 sessions"))
                .anyMatch(line -> line.equals("applied 1 sessions"))
                .anyMatch(line -> line.startsWith("schema ") && line.endsWith(" created"))
                .anyMatch(line -> line.equals("granted to " + Server.APPLICATION + " what the gateway needs"));
        var second = command("migrate");
        assertThat(second.code()).isZero();
        assertThat(second.out()).contains(" is current").doesNotContain("applying");
        assertThat(command("check").out()).contains("ok    store.url: postgresql, schema "
                + PostgresSchema.CURRENT + " is current");
    }

    @Test
    void without_a_schema_serve_and_check_name_the_remedy_and_make_none() {
        for (int i = 0; i < 2; i++) {
            var serve = command("serve");
            assertThat(serve.code()).isEqualTo(1);
            assertThat(serve.err()).contains("has no schema of Hawser; run `hawser migrate`");
        }
        var check = command("check");
        assertThat(check.code()).isEqualTo(2);
        assertThat(check.out()).contains("FAIL  store.url: ").contains("run `hawser migrate`");
    }

    @Test
    void a_schema_of_another_version_is_refused() {
        command("migrate");
        database.run("UPDATE hawser.schema_history SET version = '99' WHERE version = (SELECT max(version) FROM"
                + " hawser.schema_history)");
        for (var word : new String[] {"serve", "migrate"}) {
            var run = command(word);
            assertThat(run.code()).isEqualTo(1);
            assertThat(run.err()).contains("version 99, written by a newer version of Hawser");
        }
        database.run("UPDATE hawser.schema_history SET version = '0' WHERE version IS NOT NULL");
        assertThat(command("serve").err()).contains("is version 0, this program needs").contains("run `hawser migrate`");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            superuser                | is a superuser
            bypass                   | has BYPASSRLS
            member                   | is a member of hawser_test_bypass, which row security does not bind
            owner                    | owns the tables
            """)
    void a_role_that_row_security_does_not_bind_is_refused(String role, String reason) {
        command("migrate");
        var url = switch (role) {
            case "superuser" -> database.superuser();
            case "owner" -> database.owner();
            default -> database.as("hawser_test_" + role);
        };
        database.run("DO $$ BEGIN CREATE ROLE hawser_test_bypass LOGIN BYPASSRLS; EXCEPTION WHEN duplicate_object THEN NULL;"
                + " END $$", "DO $$ BEGIN CREATE ROLE hawser_test_member LOGIN NOINHERIT IN ROLE hawser_test_bypass;"
                + " EXCEPTION WHEN duplicate_object THEN NULL; END $$",
                "ALTER ROLE hawser_test_bypass PASSWORD '" + Server.PASSWORD + "'",
                "ALTER ROLE hawser_test_member PASSWORD '" + Server.PASSWORD + "'");
        var serve = command(Map.of("HAWSER_STORE_URL", url), "serve");
        assertThat(serve.code()).isEqualTo(1);
        assertThat(serve.err()).contains(reason).contains("store.ownerUrl").contains("hawser migrate");
        var check = command(Map.of("HAWSER_STORE_URL", url), "check");
        assertThat(check.code()).isEqualTo(2);
        assertThat(check.out()).contains("FAIL  store.url: ").contains(reason);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            postgresql://hawser_test_app:wr0ng@HOST/DATABASE      | was refused
            postgresql://nobody:wr0ng@HOST/DATABASE               | was refused
            postgresql://hawser_test_app:PASSWORD@HOST/nothing    | there is no such database
            postgresql://app:wr0ng@127.0.0.1:1/DATABASE           | it cannot be reached
            postgresql://app:wr0ng@no-such-host.invalid/DATABASE  | it cannot be reached
            postgresql://127.0.0.1:1/DATABASE                     | names no user
            postgresql://app:wr%zz@127.0.0.1:1/DATABASE           | malformed
            """)
    void what_cannot_be_reached_is_told_without_the_password(String pattern, String reason) {
        var server = URI.create(database.superuser().replace("postgresql://", "x://"));
        var url = pattern.replace("HOST", server.getAuthority().replaceFirst(".*@", "")).replace("DATABASE", database.name())
                .replace("PASSWORD", URLEncoder.encode(Server.PASSWORD, StandardCharsets.UTF_8));
        for (var word : new String[] {"serve", "check", "migrate"}) {
            var run = command(Map.of("HAWSER_STORE_URL", url, "HAWSER_STORE_OWNER_URL", url), word);
            assertThat(run.code()).isNotZero();
            if (!reason.equals("was refused") || !trusts()) {
                assertThat(run.out() + run.err()).contains(reason);
            }
            assertThat(run.out() + run.err()).doesNotContain("wr0ng", "wr%zz");
        }
    }

    /** An embedded server lets everybody in whose name it knows. */
    private boolean trusts() {
        return database.superuser().contains("postgres@");
    }

    @Test
    void a_role_that_is_not_there_is_told_before_anything_is_made() {
        var run = command(Map.of("HAWSER_STORE_URL", database.as("hawser_nobody")), "migrate");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("the role hawser_nobody of store.url does not exist; create it first");
        assertThat(command("check").out()).contains("has no schema");
    }

    @Test
    void a_role_without_grants_is_told() {
        command("migrate");
        database.run("DO $$ BEGIN CREATE ROLE hawser_test_poor LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
                "ALTER ROLE hawser_test_poor PASSWORD '" + Server.PASSWORD + "'");
        assertThat(command(Map.of("HAWSER_STORE_URL", database.as("hawser_test_poor")), "check").out())
                .contains("FAIL  store.url: ").contains("hawser_test_poor");
    }
}
