package dev.hawser.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.ECKey;
import dev.hawser.core.model.CloseCode;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Principal;
import dev.hawser.core.model.Scope;
import dev.hawser.core.port.Identity;
import dev.hawser.core.port.Identity.Credential;
import dev.hawser.core.port.Identity.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class DevelopmentIdentityTest {
    private static final Instant NOW = Instant.ofEpochSecond(2_000_000_000);
    private static final Instant EXP = NOW.plusSeconds(600);

    @TempDir
    Path data;
    private DevelopmentIdentity identity;

    @BeforeEach
    void open() throws IOException {
        identity = DevelopmentIdentity.open(data, Clock.fixed(NOW, ZoneOffset.UTC));
    }

    @Test
    void acceptsWhatItIssued() {
        String token = identity.issue("acme", "ann", Duration.ofMinutes(10), Set.of("worker", "operator"));
        assertThat(principal(token)).satisfies(principal -> {
            assertThat(principal.tenant().value()).isEqualTo("acme");
            assertThat(principal.user().value()).isEqualTo("ann");
            assertThat(principal.scopes()).containsExactlyInAnyOrder(Scope.WORKER, Scope.OPERATOR);
            assertThat(principal.expiresAt()).isEqualTo(EXP);
        });
        assertThat(principal(identity.issue("acme", "ann", Duration.ofMinutes(10), Set.of())).scopes()).isEmpty();
    }

    @Test
    void claimsAreThoseDocumented() {
        Jwt jwt = Jwt.parse(identity.issue("acme", "ann", Duration.ofHours(1), Set.of("worker"))).orElseThrow();
        assertThat(jwt.header().properties().stream().map(Map.Entry::getKey))
                .containsExactlyInAnyOrder("alg", "kid", "typ");
        assertThat(jwt.claims().properties().stream().map(Map.Entry::getKey))
                .containsExactlyInAnyOrder("iss", "tenant", "sub", "scope", "exp", "iat", "jti");
    }

    @TestFactory
    Stream<DynamicTest> refusesBadTokens() throws Exception {
        String good = BadTokens.signedWith(key(), "{\"alg\":\"ES256\",\"kid\":\"" + key().getKeyID() + "\"}",
                BadTokens.claims(""));
        assertThat(principal(good).tenant().value()).isEqualTo("acme");
        Map<String, String> table = BadTokens.signedWith(key(), good);
        assertThat(table).hasSizeGreaterThan(90);
        return table.entrySet().stream().map(bad -> DynamicTest.dynamicTest(bad.getKey(), () -> {
            Verdict verdict = identity.verify(new Credential.Token(bad.getValue()), NOW);
            assertThat(verdict).isIn(Refusals.INVALID, Refusals.NO_TENANT);
        }));
    }

    @Test
    void leewayCountsForLettingInButTheEndStaysTheEnd() {
        String token = identity.issue("acme", "ann", Duration.ofMinutes(10), Set.of());
        assertThat(identity.verify(new Credential.Token(token), EXP.plusSeconds(29)))
                .isInstanceOfSatisfying(Verdict.Accepted.class,
                        ok -> assertThat(ok.principal().expiresAt()).isEqualTo(EXP));
        assertThat(identity.verify(new Credential.Token(token), EXP.plusSeconds(30)))
                .isInstanceOfSatisfying(Verdict.Refused.class, refused -> {
                    assertThat(refused.fault().code()).isEqualTo(Code.AUTH_EXPIRED);
                    assertThat(refused.close()).isEqualTo(CloseCode.AUTH_EXPIRED);
                });
    }

    @Test
    void nbfHasLeewayAndTimesMayHaveFractions() throws Exception {
        String header = "{\"alg\":\"ES256\",\"kid\":\"" + key().getKeyID() + "\"}";
        assertThat(principal(BadTokens.signedWith(key(), header, BadTokens.claims(",\"nbf\":2000000029"))).expiresAt())
                .isEqualTo(EXP);
        assertThat(principal(BadTokens.signedWith(key(), header, BadTokens.claims(",\"iat\":1999999999.5")))
                .expiresAt())
                .isEqualTo(EXP);
    }

    @Test
    void expiryIsToldOnlyToWhoHadATrueToken() throws JOSEException, IOException, java.text.ParseException {
        String token = identity.issue("acme", "ann", Duration.ofMinutes(10), Set.of());
        String forged = token.substring(0, token.lastIndexOf('.') + 1) + "A".repeat(86);
        assertThat(identity.verify(new Credential.Token(forged), EXP.plusSeconds(3600))).isEqualTo(Refusals.INVALID);
    }

    @Test
    void aTokenSeenBeforeIsStillRefusedOnceItHasExpiredOrWasChanged() {
        String token = identity.issue("acme", "ann", Duration.ofMinutes(10), Set.of());
        for (int i = 0; i < 3; i++) {
            assertThat(principal(token).user().value()).isEqualTo("ann");
        }
        assertThat(identity.verify(new Credential.Token(token), EXP.plusSeconds(30))).isEqualTo(Refusals.EXPIRED);
        String last = token.endsWith("A") ? "Q" : "A";
        assertThat(identity.verify(new Credential.Token(token.substring(0, token.length() - 1) + last), NOW))
                .isEqualTo(Refusals.INVALID);
    }

    @Test
    void nothingAndTicketsAreRefused() {
        assertThat(identity.verify(new Credential.None(), NOW))
                .isInstanceOfSatisfying(Verdict.Refused.class, refused -> {
                    assertThat(refused.fault().code()).isEqualTo(Code.AUTH_INVALID);
                    assertThat(refused.close()).isEqualTo(CloseCode.AUTH_REQUIRED);
                });
        assertThat(identity.verify(new Credential.Ticket("t"), NOW)).isEqualTo(Refusals.INVALID);
        assertThat(Identities.none().verify(new Credential.Token(
                identity.issue("acme", "ann", Duration.ofMinutes(1), Set.of())), NOW)).isEqualTo(Refusals.INVALID);
    }

    @Test
    void anonymousOnlyWhereNothingIsShown() {
        Identity anonymous = new AnonymousIdentity(identity);
        assertThat(anonymous.verify(new Credential.None(), NOW))
                .isInstanceOfSatisfying(Verdict.Accepted.class, ok -> {
                    assertThat(ok.principal().tenant().value()).isEqualTo("dev");
                    assertThat(ok.principal().user().value()).isEqualTo("anonymous");
                    assertThat(ok.principal().scopes()).isEmpty();
                    assertThat(ok.principal().expiresAt()).isEqualTo(Instant.MAX);
                });
        assertThat(anonymous.verify(new Credential.Token("x"), NOW)).isEqualTo(Refusals.INVALID);
    }

    @Test
    void theKeyOutlivesTheProcessAndIsItsOwners() throws IOException {
        String token = identity.issue("acme", "ann", Duration.ofMinutes(10), Set.of());
        assertThat(DevelopmentIdentity.open(data).verify(new Credential.Token(token), NOW))
                .isInstanceOf(Verdict.Accepted.class);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keyFile()))).isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("keys"))))
                .isEqualTo("rwx------");
        try (Stream<Path> files = Files.list(data.resolve("keys"))) {
            assertThat(files.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("development.jwk", "lock");
        }
    }

    @Test
    void startedAtOnceAllAgreeOnOneKey(@TempDir Path fresh) throws Exception {
        try (ExecutorService pool = Executors.newFixedThreadPool(8)) {
            List<Callable<DevelopmentIdentity>> opens = IntStream.range(0, 8)
                    .<Callable<DevelopmentIdentity>>mapToObj(_ -> () -> DevelopmentIdentity.open(fresh)).toList();
            List<Future<DevelopmentIdentity>> opened = pool.invokeAll(opens);
            String token = opened.getFirst().get().issue("acme", "ann", Duration.ofMinutes(1), Set.of());
            for (Future<DevelopmentIdentity> other : opened) {
                assertThat(other.get().verify(new Credential.Token(token), Instant.now()))
                        .isInstanceOf(Verdict.Accepted.class);
            }
        }
    }

    @Test
    void aKeyFileThatIsOpenOrBrokenIsNamedButNotQuoted() throws IOException {
        Files.setPosixFilePermissions(keyFile(), PosixFilePermissions.fromString("rw-r-----"));
        assertThatIOException().isThrownBy(() -> DevelopmentIdentity.open(data))
                .withMessageContaining(keyFile().toString());
        Files.setPosixFilePermissions(keyFile(), PosixFilePermissions.fromString("rw-------"));
        Files.writeString(keyFile(), "{\"kty\":\"EC\",\"d\":\"hush\"");
        assertThatIOException().isThrownBy(() -> DevelopmentIdentity.open(data))
                .withMessageContaining(keyFile().toString())
                .satisfies(e -> assertThat(e.toString()).doesNotContain("hush"));
    }

    @Test
    void issuesOnlyWithinBounds() {
        assertThatIllegalArgumentException().isThrownBy(() -> identity.issue("acme", "ann", Duration.ZERO, Set.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> identity.issue("acme", "ann", Duration.ofDays(400), Set.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> identity.issue("", "ann", Duration.ofDays(1), Set.of()));
    }

    private Principal principal(String token) {
        return switch (identity.verify(new Credential.Token(token), NOW)) {
            case Verdict.Accepted accepted -> accepted.principal();
            case Verdict.Refused refused -> throw new AssertionError(refused.fault().message());
        };
    }

    private Path keyFile() {
        return data.resolve("keys").resolve("development.jwk");
    }

    private ECKey key() throws IOException, java.text.ParseException {
        return ECKey.parse(Files.readString(keyFile()));
    }
}
