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
 * {@link #PAUSE} where a token names one that is unknown. Keys that were had go on working while the issuer is down. One fetch
 * at a time. Safe for all threads.
 */
final class KeySource {
    /** Least time between two fetches. */
    static final Duration PAUSE = Duration.ofSeconds(10);
    /** How old keys get before they are fetched anew. */
    static final Duration REFRESH = Duration.ofMinutes(15);
    /** Keys of that age, after a time without any token, are not used before a fetch was tried. */
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
    private CompletableFuture<Void> loading;

    /** @param executor runs the fetches, which block */
    KeySource(String issuer, Loader loader, Executor executor) {
        this.issuer = issuer;
        this.loader = loader;
        this.executor = executor;
    }

    /** The keys as they are known. Blocks only where there are none yet, or only very old ones. */
    KeySet current(Instant now) {
        CompletableFuture<Void> fetch;
        synchronized (this) {
            if (loadedAt != null && !olderThan(REFRESH, now)) {
                return keys;
            }
            fetch = begin(now);
            if (loadedAt != null && !olderThan(STALE, now)) {
                return keys;
            }
        }
        return after(fetch);
    }

    /** The keys after a fetch, or as they are known where one was tried a moment ago. Blocks. */
    KeySet newer(Instant now) {
        CompletableFuture<Void> fetch;
        synchronized (this) {
            fetch = begin(now);
        }
        return after(fetch);
    }

    /** Whether they were ever had. */
    synchronized boolean known() {
        return loadedAt != null;
    }

    private boolean olderThan(Duration age, Instant now) {
        return loadedAt.plus(age).isBefore(now);
    }

    private CompletableFuture<Void> begin(Instant now) {
        if (loading == null && (triedAt == null || !now.isBefore(triedAt.plus(PAUSE)))) {
            triedAt = now;
            loading = new CompletableFuture<>();
            executor.execute(() -> load(now));
        }
        return loading;
    }

    private void load(Instant now) {
        KeySet loaded = null;
        try {
            loaded = loader.load();
            if (loaded.size() == 0) {
                LOG.atWarn().addKeyValue("issuer", issuer).log("the issuer shows no key to verify signatures with");
            }
        } catch (IOException | RuntimeException e) {
            LOG.atWarn().addKeyValue("issuer", issuer).addKeyValue("reason", e.getMessage())
                    .log("keys could not be fetched, those that are known stay in use");
        }
        CompletableFuture<Void> done;
        synchronized (this) {
            if (loaded != null) {
                keys = loaded;
                loadedAt = now;
            }
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
