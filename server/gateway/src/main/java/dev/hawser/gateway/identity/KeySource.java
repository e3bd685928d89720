package dev.hawser.gateway.identity;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of one issuer, kept and fetched anew: beside their use once they are {@link #REFRESH} old, at most once per
 * {@link #PAUSE} where a token names one that is unknown; keys that were fetched for another reason may have been replaced since,
 * so that such a fetch begins no pause. Keys that were had go on working while the issuer is down. One fetch at a time. Safe for
 * all threads.
 */
final class KeySource {
    /** Least time between two fetches for unknown keys, and after a fetch that failed. */
    static final Duration PAUSE = Duration.ofSeconds(10);
    /** How old keys get before they are fetched anew. */
    static final Duration REFRESH = Duration.ofMinutes(15);
    /** Known keys are not used before a fetch was tried where the one before is that long ago: no token came in the meantime. */
    static final Duration STALE = Duration.ofHours(1);

    private static final Logger LOG = LoggerFactory.getLogger(KeySource.class);

    /** Has the keys. Blocks. */
    interface Loader {
        KeySet load() throws IOException;
    }

    private final String issuer;
    private final Loader loader;
    private final Executor executor;

    // Guarded by this.
    private KeySet keys = KeySet.EMPTY;
    private Instant loadedAt;
    private Instant triedAt;
    /** When keys were last fetched because one was unknown. */
    private Instant missedAt;
    /** When the latest fetch ended, whether it brought keys or not. */
    private Instant endedAt;
    private CompletableFuture<Void> loading;

    /** @param executor runs the fetches, which block */
    KeySource(String issuer, Loader loader, Executor executor) {
        this.issuer = issuer;
        this.loader = loader;
        this.executor = executor;
    }

    /** The keys as they are known. Blocks only where there are none yet, or after a long time without any token. */
    KeySet current(Instant now) {
        CompletableFuture<Void> fetch;
        synchronized (this) {
            if (loadedAt != null && !now.isAfter(loadedAt.plus(REFRESH))) {
                return keys;
            }
            boolean idle = loadedAt == null || now.isAfter(endedAt.plus(STALE));
            fetch = begin(now);
            if (!idle) {
                return keys;
            }
        }
        return after(fetch);
    }

    /** The keys after a fetch, or as they are known where one was tried for an unknown key a moment ago. Blocks. */
    KeySet newer(Instant now) {
        CompletableFuture<Void> fetch;
        synchronized (this) {
            boolean older = since(triedAt, now) || triedAt.equals(loadedAt) && now.isAfter(triedAt);
            if (loading == null && older && since(missedAt, now)) {
                missedAt = now;
                start(now);
            }
            fetch = loading;
        }
        return after(fetch);
    }

    /** Whether they were ever had. */
    synchronized boolean known() {
        return loadedAt != null;
    }

    private CompletableFuture<Void> begin(Instant now) {
        if (loading == null && since(triedAt, now)) {
            start(now);
        }
        return loading;
    }

    private void start(Instant now) {
        triedAt = now;
        loading = new CompletableFuture<>();
        executor.execute(() -> load(now));
    }

    private static boolean since(Instant then, Instant now) {
        return then == null || !now.isBefore(then.plus(PAUSE));
    }

    private void load(Instant now) {
        KeySet loaded = null;
        try {
            loaded = loader.load();
        } catch (IOException | RuntimeException e) {
            LOG.atWarn().addKeyValue("issuer", issuer).addKeyValue("reason", e.getMessage())
                    .log("keys could not be fetched, those that are known stay in use");
        } finally {
            end(loaded, now);
        }
        if (loaded != null && loaded.size() == 0) {
            LOG.atWarn().addKeyValue("issuer", issuer).log("the issuer shows no key to verify signatures with");
        }
    }

    private void end(KeySet loaded, Instant now) {
        CompletableFuture<Void> done;
        synchronized (this) {
            if (loaded != null) {
                keys = loaded;
                loadedAt = now;
            }
            endedAt = now;
            done = loading;
            loading = null;
        }
        done.complete(null);
    }

    private KeySet after(CompletableFuture<Void> fetch) {
        if (fetch != null) {
            fetch.join();
        }
        synchronized (this) {
            return keys;
        }
    }
}
