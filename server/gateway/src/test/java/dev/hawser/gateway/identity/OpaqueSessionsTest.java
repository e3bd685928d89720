package dev.hawser.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.core.model.Principal;
import dev.hawser.core.port.Identity;
import dev.hawser.core.port.Identity.Credential;
import dev.hawser.core.port.Identity.Verdict;
import dev.hawser.gateway.config.Config;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Opaque ids of cookies, looked up at a provider that counts how often it is asked. */
class OpaqueSessionsTest {
    private static final Instant NOW = Instant.ofEpochSecond(2_000_000_000);

    @TempDir
    Path data;

    private final FakeIssuer provider = FakeIssuer.start();
    private IdentityParts parts;
    private Identity identity;

    @BeforeEach
    void start() throws IOException {
        open("client", "s3cret");
    }

    private void open(String client, String secret) throws IOException {
        parts = IdentityParts.of(Config.load(null, Map.of("HAWSER_IDENTITY_ISSUERS", "[{\"issuer\":\"" + provider.url()
                + "\",\"audience\":\"hawser\",\"introspection\":{\"url\":\"" + provider.url() + FakeIssuer.INTROSPECTION
                + "\",\"clientId\":\"" + client + "\",\"clientSecret\":\"" + secret + "\"}}]")).identity(), data, null, null,
                new SimpleMeterRegistry(), FakeIssuer.patient());
        identity = parts.identity();
    }

    @AfterEach
    void end() {
        parts.close();
        provider.close();
    }

    private Verdict cookie(String id, Instant now) {
        return identity.verify(new Credential.Cookie(id), now);
    }

    private int asked() {
        return provider.asked(FakeIssuer.INTROSPECTION);
    }

    private String active(String more) {
        return "{\"active\":true,\"sub\":\"ann\",\"tenant\":\"acme\"" + more + "}";
    }

    @Test
    void itStandsForItsUserAndIsAskedAboutOnceInThirtySeconds() {
        provider.sessions.put("opaque-1", active(",\"exp\":2000000600"));
        for (int second = 0; second < 30; second++) {
            assertThat(cookie("opaque-1", NOW.plusSeconds(second)))
                    .isInstanceOfSatisfying(Verdict.Accepted.class, ok -> {
                        Principal principal = ok.principal();
                        assertThat(principal.tenant().value()).isEqualTo("acme");
                        assertThat(principal.user().value()).isEqualTo("ann");
                        assertThat(principal.expiresAt()).isEqualTo(NOW.plusSeconds(600));
                    });
        }
        assertThat(asked()).isOne();
        provider.sessions.clear();
        assertThat(cookie("opaque-1", NOW.plusSeconds(30))).isEqualTo(Refusals.INVALID);
        assertThat(asked()).isEqualTo(2);
    }

    @Test
    void aRefusedOneIsNotAskedAboutForFiveSeconds() {
        for (int millis = 0; millis < 5000; millis += 100) {
            assertThat(cookie("nobody", NOW.plusMillis(millis))).isEqualTo(Refusals.INVALID);
        }
        assertThat(asked()).isOne();
        provider.sessions.put("nobody", active(""));
        assertThat(cookie("nobody", NOW.plusSeconds(5))).isInstanceOf(Verdict.Accepted.class);
    }

    @Test
    void manyAtOnceAskOnce() {
        provider.sessions.put("opaque-2", active(""));
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<CompletableFuture<Verdict>> all = IntStream.range(0, 100)
                    .mapToObj(_ -> CompletableFuture.supplyAsync(() -> cookie("opaque-2", NOW), pool)).toList();
            assertThat(all).allSatisfy(one -> assertThat(one.join()).isInstanceOf(Verdict.Accepted.class));
        }
        assertThat(asked()).isOne();
    }

    @Test
    void withoutAnEndItIsGoodForAnHour() {
        provider.sessions.put("endless", active(""));
        assertThat(cookie("endless", NOW)).isInstanceOfSatisfying(Verdict.Accepted.class, ok ->
                assertThat(ok.principal().expiresAt()).isEqualTo(NOW.plus(Duration.ofHours(1))));
    }

    @TestFactory
    Stream<DynamicTest> answersThatAreNoYes() {
        Map<String, String> answers = Map.ofEntries(
                Map.entry("inactive", "{\"active\":false,\"sub\":\"ann\",\"tenant\":\"acme\"}"),
                Map.entry("active as a text", "{\"active\":\"true\",\"sub\":\"ann\",\"tenant\":\"acme\"}"),
                Map.entry("active as a number", "{\"active\":1,\"sub\":\"ann\",\"tenant\":\"acme\"}"),
                Map.entry("nothing of it", "{\"sub\":\"ann\",\"tenant\":\"acme\"}"),
                Map.entry("of another issuer", active(",\"iss\":\"https://other.example\"")),
                Map.entry("for another audience", active(",\"aud\":\"billing\"")),
                Map.entry("not yet", active(",\"nbf\":2000000100")),
                Map.entry("no user", "{\"active\":true,\"tenant\":\"acme\"}"),
                Map.entry("no tenant", "{\"active\":true,\"sub\":\"ann\"}"));
        return answers.entrySet().stream().map(answer -> DynamicTest.dynamicTest(answer.getKey(), () -> {
            provider.sessions.put("id", answer.getValue());
            assertThat(cookie("id", NOW))
                    .isEqualTo(answer.getKey().equals("no tenant") ? Refusals.NO_TENANT : Refusals.INVALID);
            provider.sessions.clear();
            parts.close();
            open("client", "s3cret");
        }));
    }

    @Test
    void anEndThatHasPassedIsToldAsSuch() {
        provider.sessions.put("old", active(",\"exp\":1999999000"));
        assertThat(cookie("old", NOW)).isEqualTo(Refusals.EXPIRED);
    }

    @Test
    void aProviderThatCannotBeAskedMeansTryAgain() throws IOException {
        provider.sessions.put("opaque-3", active(""));
        provider.down = true;
        assertThat(cookie("opaque-3", NOW)).isEqualTo(Refusals.UNAVAILABLE);
        provider.down = false;
        assertThat(cookie("opaque-3", NOW)).isInstanceOf(Verdict.Accepted.class);
        parts.close();
        open("client", "wrong");
        assertThat(cookie("opaque-3", NOW)).isEqualTo(Refusals.INVALID);
    }

    @Test
    void nothingButACookieIsLookedUp() {
        provider.sessions.put("opaque-4", active(""));
        assertThat(identity.verify(new Credential.Token("opaque-4"), NOW)).isEqualTo(Refusals.INVALID);
        assertThat(identity.verify(new Credential.Ticket("opaque-4"), NOW)).isEqualTo(Refusals.INVALID);
        for (String bad : List.of("", "x".repeat(4097), "a b", "a\u0000b", "\u00e4", "\ud800")) {
            assertThat(cookie(bad, NOW)).isEqualTo(Refusals.INVALID);
        }
        assertThat(asked()).isZero();
    }

    @Test
    void aTokenOfSomebodyElseInTheCookieIsNotShownToTheProvider() {
        String token = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL290aGVyLmV4YW1wbGUifQ.AAAA";
        assertThat(cookie(token, NOW)).isEqualTo(Refusals.INVALID);
        assertThat(asked()).isZero();
    }
}
