package dev.hawser.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hawser.core.model.RunId;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.port.Identity.Credential;
import dev.hawser.core.port.Identity.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunTokensTest {
    private static final RunKey RUN =
            new RunKey(new SessionKey(new TenantId("ac\"me é"), new SessionId("s.1")), new RunId("r-1"));
    private static final String KEY = "0123456789abcdef0123456789abcdef";

    @TempDir
    Path data;

    @Test
    void aTokenNamesItsRunAndAttempt() {
        RunTokens tokens = RunTokens.of(KEY);
        String token = tokens.issue(RUN, 3);
        assertThat(token).isEqualTo(RunTokens.of(KEY).issue(RUN, 3)).matches("hrt_[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]{43}");
        assertThat(RunTokens.of(KEY).verify(token)).contains(new RunTokens.Grant(RUN, 3));
        assertThat(tokens.issue(RUN, 4)).isNotEqualTo(token);
        assertThat(tokens.toString()).doesNotContain(KEY);
    }

    @Test
    void theLongestNamesFit() {
        RunKey longest = new RunKey(new SessionKey(new TenantId("\u20ac".repeat(256)), new SessionId("\u20ac".repeat(128))),
                new RunId("\u20ac".repeat(128)));
        RunTokens tokens = RunTokens.of(KEY);
        assertThat(tokens.verify(tokens.issue(longest, Integer.MAX_VALUE)))
                .contains(new RunTokens.Grant(longest, Integer.MAX_VALUE));
    }

    @Test
    void noChangedCharacterIsAccepted() {
        RunTokens tokens = RunTokens.of(KEY);
        String token = tokens.issue(RUN, 1);
        for (int i = 0; i < token.length(); i++) {
            for (char other : "A9_-.".toCharArray()) {
                String changed = token.substring(0, i) + other + token.substring(i + 1);
                assertThat(tokens.verify(changed).isPresent()).as(changed).isEqualTo(changed.equals(token));
            }
        }
        assertThat(tokens.verify(token + "A")).isEmpty();
        assertThat(tokens.verify(token + ".")).isEmpty();
        assertThat(tokens.verify(" " + token)).isEmpty();
        assertThat(tokens.verify("")).isEmpty();
        assertThat(tokens.verify("hrt_.")).isEmpty();
        assertThat(tokens.verify(token + "x".repeat(5_000))).isEmpty();
    }

    @Test
    void anotherKeyMakesOtherTokens() {
        String token = RunTokens.of(KEY).issue(RUN, 1);
        assertThat(RunTokens.of(KEY + "x").verify(token)).isEmpty();
        assertThatThrownBy(() -> RunTokens.of("short")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void itIsNobodysCredential() throws IOException {
        DevelopmentIdentity identity = DevelopmentIdentity.open(data);
        String token = RunTokens.open(data).issue(RUN, 1);
        assertThat(identity.verify(new Credential.Token(token), Instant.now())).isInstanceOf(Verdict.Refused.class);
        assertThat(Jwt.parse(token)).isEmpty();
    }

    @Test
    void nodesThatShareTheFolderShareTheKey() throws IOException {
        String token = RunTokens.open(data).issue(RUN, 1);
        assertThat(RunTokens.open(data).verify(token)).isPresent();
        assertThat(RunTokens.open(data.resolve("other")).verify(token)).isEmpty();
        Path file = data.resolve("keys/run-tokens.key");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        Files.writeString(file, "secret?");
        assertThatThrownBy(() -> RunTokens.open(data)).isInstanceOf(IOException.class)
                .hasMessageContaining("run-tokens.key").hasMessageNotContaining("secret?");
        Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe});
        assertThatThrownBy(() -> RunTokens.open(data)).isInstanceOf(IOException.class).hasMessageContaining("remove it");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> RunTokens.open(data)).isInstanceOf(IOException.class).hasMessageContaining("0600");
    }
}
