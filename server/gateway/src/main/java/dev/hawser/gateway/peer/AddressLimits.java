package dev.hawser.gateway.peer;

import dev.hawser.core.model.Code;
import dev.hawser.core.model.Fault;
import dev.hawser.core.port.Identity;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Counts what each client address asks for before anybody knows who it is, good and bad credentials alike. Remembers a bounded
 * number of addresses: those that were idle for longest and have nothing open are forgotten first. Safe for all threads;
 * never blocks for long.
 */
public final class AddressLimits {
    /** The longest that a refusal is held back. */
    public static final Duration MAX_DELAY = Duration.ofSeconds(5);
    private static final int MAX_ADDRESSES = 50_000;
    private static final int FAILURE_BURST = 10;
    /** Places for those who are told that there is none, beside a quarter of the others. */
    private static final int STANDING = 16;

    private final AddressSettings settings;
    private final LongSupplier nanoTime;
    private final Consumer<String> refusals;
    private final int most;
    private final Map<Key, Entry> entries = new LinkedHashMap<>(64, 0.75f, true);

    /** What is counted together: an IPv4 address, or the network that one IPv6 subscriber gets. */
    private record Key(boolean six, long prefix) {
        static Key of(InetAddress address) {
            ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
            return bytes.capacity() == 4 ? new Key(false, bytes.getInt()) : new Key(true, bytes.getLong());
        }
    }

    private static final class Entry {
        int open;
        RateBucket handshakes;
        RateBucket requests;
        RateBucket failures;
    }

    /** Whether one more connection is welcome. */
    public enum Entrance {
        /** It is, and is counted. */
        FREE,
        /** It is not; it is counted, so that it can be told so. */
        FULL,
        /** It is not, nor are there places left for those who are told so. Not counted. */
        SHUT
    }

    /**
     * @param nanoTime as {@link System#nanoTime}
     * @param refusals told of each refusal with its reason, one of a fixed set
     */
    public AddressLimits(AddressSettings settings, LongSupplier nanoTime, Consumer<String> refusals) {
        this(settings, nanoTime, refusals, MAX_ADDRESSES);
    }

    AddressLimits(AddressSettings settings, LongSupplier nanoTime, Consumer<String> refusals, int most) {
        this.settings = settings;
        this.nanoTime = nanoTime;
        this.refusals = refusals;
        this.most = most;
    }

    private boolean exempt(InetAddress address) {
        return Cidr.anyContains(settings.exempt(), address);
    }

    /** One more connection; {@link #leave} undoes it where it was counted. */
    public Entrance enter(InetAddress address) {
        if (exempt(address)) {
            return Entrance.FREE;
        }
        Entrance entrance;
        synchronized (entries) {
            Entry entry = entry(address);
            int limit = settings.connections();
            boolean shut = entry.open >= limit + limit / 4 + STANDING;
            entrance = shut ? Entrance.SHUT : entry.open < limit ? Entrance.FREE : Entrance.FULL;
            entry.open += shut ? 0 : 1;
        }
        if (entrance != Entrance.FREE) {
            refusals.accept("address_connections");
        }
        return entrance;
    }

    public void leave(InetAddress address) {
        if (!exempt(address)) {
            synchronized (entries) {
                entry(address).open--;
            }
        }
    }

    /** A new connection, or an upgrade behind a proxy. @return zero, or how long until there may be one */
    public Duration handshake(InetAddress address) {
        return take(address, "address_handshakes", (entry, now) -> {
            if (entry.handshakes == null) {
                entry.handshakes = new RateBucket(settings.handshakesPerSecond(), settings.handshakeBurst(), now);
            }
            return entry.handshakes.take(now);
        });
    }

    /** A request. @return zero, or how long until there may be one */
    public Duration request(InetAddress address) {
        return take(address, "address_requests", (entry, now) -> {
            if (entry.requests == null) {
                entry.requests = new RateBucket(settings.requestsPerSecond(), settings.requestBurst(), now);
            }
            return entry.requests.take(now);
        });
    }

    /** A credential was refused. @return how long to hold the answer back, {@link #MAX_DELAY} at most */
    public Duration failure(InetAddress address) {
        int perSecond = settings.failuresPerSecond();
        Duration wait = take(address, "address_failures", (entry, now) -> {
            if (entry.failures == null) {
                entry.failures = new RateBucket(perSecond, perSecond * FAILURE_BURST, now);
            }
            return entry.failures.borrow(now, (int) MAX_DELAY.toSeconds() * perSecond);
        });
        return wait.compareTo(MAX_DELAY) > 0 ? MAX_DELAY : wait;
    }

    /**
     * A credential was refused: where it may have been a guess, blocks for as long as the answer is to be held back. For virtual
     * threads. An interrupt ends it early and stays set.
     */
    public void refused(InetAddress address, Identity.Credential shown, Fault fault) {
        boolean guess = !(shown instanceof Identity.Credential.None)
                && (fault.code() == Code.AUTH_INVALID || fault.code() == Code.AUTH_EXPIRED);
        if (guess) {
            try {
                Thread.sleep(failure(address));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private interface Take {
        long from(Entry entry, long now);
    }

    private Duration take(InetAddress address, String reason, Take take) {
        if (exempt(address)) {
            return Duration.ZERO;
        }
        long wait;
        synchronized (entries) {
            wait = take.from(entry(address), nanoTime.getAsLong());
        }
        if (wait > 0) {
            refusals.accept(reason);
        }
        return Duration.ofNanos(wait);
    }

    /** How many addresses are remembered. */
    public int size() {
        synchronized (entries) {
            return entries.size();
        }
    }

    private Entry entry(InetAddress address) {
        Key key = Key.of(address);
        Entry entry = entries.get(key);
        if (entry == null) {
            forget();
            entry = new Entry();
            entries.put(key, entry);
        }
        return entry;
    }

    /** Makes room. Addresses with something open stay: there are no more of them than there are sockets. */
    private void forget() {
        Iterator<Entry> eldest = entries.values().iterator();
        for (int i = 0; i < 16 && entries.size() >= most && eldest.hasNext(); i++) {
            if (eldest.next().open == 0) {
                eldest.remove();
            }
        }
    }
}
