package dev.hawser.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenCommandTest {
    @TempDir
    Path folder;

    @Test
    void a_token_and_nothing_else_is_printed() throws ParseException {
        var run = CommandRun.of("token", "--tenant", "acme", "--user", "ann", "--ttl", "10m",
                "--data", folder.toString());
        assertThat(run.code()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out().lines()).hasSize(1);
        var claims = SignedJWT.parse(run.out().strip()).getJWTClaimsSet();
        assertThat(claims.getSubject()).isEqualTo("ann");
        assertThat(claims.getExpirationTime().getTime() - claims.getIssueTime().getTime()).isEqualTo(600_000);
    }

    @Test
    void the_data_folder_of_the_environment_is_used_without_an_option() {
        var run = CommandRun.of(Map.of("HAWSER_DATA", folder.resolve("d").toString()),
                "token", "--tenant", "t", "--user", "u", "--worker", "--operator");
        assertThat(run.code()).isZero();
        assertThat(folder.resolve("d")).isDirectory();
    }

    @Test
    void with_development_identity_off_there_is_no_token() throws IOException {
        var file = Files.writeString(folder.resolve("hawser.yaml"), "data: " + folder + "\n");
        var byFile = CommandRun.of("token", "--tenant", "t", "--user", "u", "--config", file.toString());
        var byVariable = CommandRun.of(Map.of("HAWSER_IDENTITY_DEVELOPMENT", "false"),
                "token", "--tenant=t", "--user=u");
        assertThat(byFile.code()).isEqualTo(2);
        assertThat(byFile.err()).contains("identity.development is off").doesNotContain("Exception");
        assertThat(byFile.out()).isEmpty();
        assertThat(byVariable.code()).isEqualTo(2);
    }

    @Test
    void with_development_identity_on_the_configured_folder_holds_the_key() throws IOException {
        var file = Files.writeString(folder.resolve("hawser.yaml"),
                "data: " + folder.resolve("data") + "\nidentity: { development: true }\n");
        assertThat(CommandRun.of("token", "--tenant=t", "--user=u", "--config", file.toString()).code()).isZero();
        assertThat(folder.resolve("data")).isDirectory();
    }

    @Test
    void a_folder_that_cannot_be_used_is_a_failure() throws IOException {
        var file = Files.writeString(folder.resolve("file"), "");
        var run = CommandRun.of("token", "--tenant=t", "--user=u", "--data", file.toString());
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).startsWith("hawser token: ").doesNotContain("\tat ");
    }

    @Test
    void a_life_that_is_too_long_is_wrong_usage() {
        var run = CommandRun.of("token", "--tenant=t", "--user=u", "--ttl=3000d", "--data", folder.toString());
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).startsWith("hawser token: ");
    }
}
