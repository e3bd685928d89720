package dev.hawser.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.hawser.core.model.Json;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** When keys of an issuer are fetched, with the time in the test's hand. */
class KeySourceTest {
    private static final Instant START = Instant.ofEpochSecond(2_000_000_000);

    private final KeySet first = keys("a");
    private final KeySet second = keys("b");
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private KeySet answer = first;
    private boolean down;
    private int fetches;

    /** Fetches at once, on the caller's thread. */
    private final KeySource source = new KeySource("i", this::load, Runnable::run);
    /** Fetches when the test says so. */
    private final KeySource later = new KeySource("i", this::load, waiting::add);

    private KeySet load() throws IOException {
        fetches++;
        if (down) {
            throw new IOException("down");
        }
        return answer;
    }

    private static KeySet keys(String id) {
        try {
            return KeySet.parse((ObjectNode) Json.parse(
                    new JWKSet(List.of(new ECKeyGenerator(Curve.P_256).keyID(id).generate())).toString().getBytes()));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static Instant after(Duration time) {
        return START.plus(time);
    }

    @Test
    void keysAreFetchedOnceAndKept() {
        for (int second = 0; second < 60; second++) {
            assertThat(source.current(START.plusSeconds(second))).isSameAs(first);
        }
        assertThat(fetches).isEqualTo(1);
    }

    @Test
    void aFloodOfUnknownKeysFetchesOncePerTenSeconds() {
        source.current(START);
        for (int millis = 0; millis < 60_000; millis += 10) {
            source.newer(START.plusMillis(millis));
        }
        assertThat(fetches).as("the first, then after 0.01, 10.01, 20.01, 30.01, 40.01 and 50.01 s").isEqualTo(7);
    }

    @Test
    void anUnknownKeyIsFoundAfterARotation() {
        assertThat(source.current(START)).isSameAs(first);
        answer = second;
        assertThat(source.newer(START)).as("they are as new as can be").isSameAs(first);
        assertThat(source.newer(after(Duration.ofSeconds(1)))).as("the first fetch begins no pause").isSameAs(second);
        answer = first;
        assertThat(source.newer(after(Duration.ofMillis(10_999)))).isSameAs(second);
        assertThat(source.newer(after(Duration.ofSeconds(11)))).isSameAs(first);
    }

    @Test
    void anUnknownKeyDoesNotAskAnIssuerAgainThatIsDown() {
        down = true;
        source.current(START);
        source.newer(after(Duration.ofSeconds(1)));
        assertThat(fetches).isEqualTo(1);
        source.newer(after(Duration.ofSeconds(10)));
        assertThat(fetches).isEqualTo(2);
    }

    @Test
    void keysGoOnWorkingWhileTheIssuerIsDown() {
        source.current(START);
        down = true;
        for (int hour = 1; hour <= 48; hour++) {
            assertThat(source.current(after(Duration.ofHours(hour)))).isSameAs(first);
        }
        assertThat(source.known()).isTrue();
        down = false;
        answer = second;
        assertThat(source.current(after(Duration.ofHours(49)))).isSameAs(second);
    }

    @Test
    void nothingIsKnownOfAnIssuerThatWasAlwaysDown() {
        down = true;
        assertThat(source.current(START).size()).isZero();
        assertThat(source.known()).isFalse();
        source.current(START.plusSeconds(5));
        assertThat(fetches).isEqualTo(1);
        down = false;
        assertThat(source.current(START.plusSeconds(10))).isSameAs(first);
    }

    @Test
    void oldKeysAreRefreshedBesideTheirUse() {
        CompletableFuture<KeySet> begun = CompletableFuture.supplyAsync(() -> later.current(START));
        run();
        assertThat(begun.join()).isSameAs(first);
        answer = second;
        assertThat(later.current(after(KeySource.REFRESH.plusSeconds(1)))).isSameAs(first);
        assertThat(later.current(after(KeySource.REFRESH.plusSeconds(2)))).as("one fetch at a time").isSameAs(first);
        run();
        assertThat(later.current(after(KeySource.REFRESH.plusSeconds(3)))).isSameAs(second);
        assertThat(fetches).isEqualTo(2);
    }

    @Test
    void veryOldKeysAreNotUsedBeforeAFetchWasTried() {
        source.current(START);
        answer = second;
        assertThat(source.current(after(KeySource.STALE.plusSeconds(1)))).isSameAs(second);
    }

    @Test
    void nobodyWaitsForAnIssuerThatHasBeenSilentForLong() {
        KeySource silent = new KeySource("i", this::load, waiting::add);
        CompletableFuture<KeySet> begun = CompletableFuture.supplyAsync(() -> silent.current(START));
        run(silent);
        assertThat(begun.join()).isSameAs(first);
        down = true;
        Instant now = START;
        while (now.isBefore(after(Duration.ofHours(5)))) {
            now = now.plus(KeySource.REFRESH).plusSeconds(1);
            assertThat(silent.current(now)).as("at once, while nobody fetches").isSameAs(first);
            run(silent);
        }
    }

    @Test
    void aFetchThatFailsInAnUnforeseenWayIsNotTheLast() {
        KeySource broken = new KeySource("i", () -> {
            fetches++;
            throw new StackOverflowError("made up");
        }, fetch -> assertThatThrownBy(fetch::run).isInstanceOf(StackOverflowError.class));
        broken.current(START);
        broken.current(after(KeySource.PAUSE));
        assertThat(fetches).isEqualTo(2);
    }

    @Test
    void whoHasAKnownKeyNeverWaitsForAFetch() throws Exception {
        CountDownLatch slow = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(2);
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            KeySource busy = new KeySource("i", () -> {
                asked.countDown();
                if (asked.getCount() == 0) {
                    await(slow);
                }
                return first;
            }, pool);
            assertThat(busy.current(START)).isSameAs(first);
            CompletableFuture<KeySet> stranger =
                    CompletableFuture.supplyAsync(() -> busy.newer(after(KeySource.PAUSE)), pool);
            assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(busy.current(after(KeySource.PAUSE))).isSameAs(first);
            assertThat(stranger).isNotDone();
            slow.countDown();
            assertThat(stranger.get(60, TimeUnit.SECONDS)).isSameAs(first);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("never let on");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits for a fetch to be asked for, and does it. */
    private void run() {
        run(later);
    }

    private void run(KeySource source) {
        Runnable fetch = null;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (fetch == null && System.nanoTime() < deadline) {
            synchronized (source) {
                fetch = waiting.poll();
            }
            Thread.onSpinWait();
        }
        assertThat(fetch).isNotNull();
        fetch.run();
    }
}
