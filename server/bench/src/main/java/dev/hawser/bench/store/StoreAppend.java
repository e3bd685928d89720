package dev.hawser.bench.store;

import dev.hawser.core.model.Epoch;
import dev.hawser.core.model.EventType;
import dev.hawser.core.model.NewEvent;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.Session;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import dev.hawser.sql.Durability;
import dev.hawser.sql.Store;
import dev.hawser.sql.postgres.PostgresSchema;
import dev.hawser.sql.postgres.PostgresStore;
import dev.hawser.sql.sqlite.SqliteStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A process that appends events to a fresh store, one event a transaction, the sessions taking turns, a bounded
 * number unacknowledged, and then reads back that every session's log ends where it must. Prints a line per second on
 * standard error and the events acknowledged per second, after the warm-up, as the only line on standard output.
 */
public final class StoreAppend {
    private static final String FIELDS = "{\"messageId\":\"m1\",\"delta\":\"%s\"}";

    private final Store store;
    private final List<SessionKey> sessions = new ArrayList<>();
    private final NewEvent event;
    private final Semaphore window;
    private final int windowSize;
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private long submitted;

    private StoreAppend(Store store, int eventBytes, int windowSize) {
        this.store = store;
        this.windowSize = windowSize;
        this.window = new Semaphore(windowSize);
        int pad = eventBytes - FIELDS.formatted("").length();
        this.event = new NewEvent(EventType.TEXT_DELTA, new RunId("run"),
                FIELDS.formatted("x".repeat(Math.max(0, pad))).getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * Arguments: store, sessions, bytes per event, window, warm-up seconds, measured seconds. The store is {@code process} or
     * {@code power} and a folder for the embedded one with that durability, {@code postgresql} and the URLs of the application
     * and of the owner for the other.
     */
    public static void main(String[] args) throws InterruptedException {
        List<String> left = new ArrayList<>(List.of(args));
        String name = left.removeFirst();
        double perSecond;
        try (Store store = open(name, left)) {
            int[] numbers = left.stream().mapToInt(Integer::parseInt).toArray();
            var append = new StoreAppend(store, numbers[1], numbers[2]);
            append.create(numbers[0]);
            append.run(numbers[3], "warm-up");
            perSecond = append.run(numbers[4], name);
            append.verify();
        }
        System.out.println(perSecond);
    }

    private static Store open(String name, List<String> left) {
        if (!name.equals("postgresql")) {
            return SqliteStore.open(Path.of(left.removeFirst()), Durability.valueOf(name.toUpperCase(Locale.ROOT)));
        }
        String url = left.removeFirst();
        PostgresSchema.migrate(left.removeFirst(), url, line -> System.err.println("  store    " + line));
        return PostgresStore.open(url, Durability.POWER);
    }

    private void create(int count) {
        var created = new ArrayList<CompletableFuture<Void>>();
        for (int i = 0; i < count; i++) {
            SessionKey key = new SessionKey(new TenantId("bench"), new SessionId("session-" + i));
            sessions.add(key);
            created.add(store.commit(key, tx -> {
                tx.create(new Session(key, new UserId("bench"), new Epoch("epoch"), Instant.now(), null));
                return null;
            }));
        }
        created.forEach(CompletableFuture::join);
    }

    private double run(int seconds, String label) throws InterruptedException {
        long before = acknowledged.get();
        long begun = System.nanoTime();
        long last = before;
        for (int second = 1; second <= seconds; second++) {
            long until = begun + second * 1_000_000_000L;
            while (System.nanoTime() < until) {
                submit();
            }
            long now = acknowledged.get();
            System.err.printf(Locale.ROOT, "  store    %-10s %2d s  %,9d events/s%n", label, second, now - last);
            last = now;
        }
        return (acknowledged.get() - before) * 1e9 / (System.nanoTime() - begun);
    }

    private void submit() throws InterruptedException {
        window.acquire();
        SessionKey key = sessions.get((int) (submitted++ % sessions.size()));
        Instant now = Instant.now();
        store.commit(key, tx -> tx.append(event, now)).whenComplete((_, failed) -> {
            if (failed == null) {
                acknowledged.incrementAndGet();
            } else {
                failure.compareAndSet(null, failed);
            }
            window.release();
        });
    }

    private void verify() throws InterruptedException {
        window.acquire(windowSize);
        if (failure.get() != null) {
            throw new IllegalStateException("an append failed", failure.get());
        }
        for (int i = 0; i < sessions.size(); i++) {
            long due = submitted / sessions.size() + (i < submitted % sessions.size() ? 1 : 0);
            long found = store.position(sessions.get(i)).orElseThrow().last();
            long readable = due == 0 ? 0 : store.read(sessions.get(i), due - 1, 10).getLast().sequence();
            if (found != due || readable != due) {
                throw new IllegalStateException(sessions.get(i) + ": " + due + " events were acknowledged, the log ends at "
                        + found + ", the last that can be read is " + readable);
            }
        }
    }
}
