package dev.hawser.gateway.http;

import dev.hawser.core.fanout.Cursor;
import dev.hawser.core.fanout.Delivery;
import dev.hawser.core.fanout.Hub;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.port.SessionLog;
import dev.hawser.core.session.Sessions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One follower of a session that takes its events by asking for them, with the same cursor that wires have. What it
 * does not take in time it reads from the log later, so that it holds little however slow it is. {@link #next} is for
 * one thread, the rest for all.
 */
final class Feed implements Hub.Outlet, AutoCloseable {
    /** Deliveries that are held; the oldest give way, which the cursor notices as a hole. */
    private static final int MAX_HELD = 32;
    private static final int PAGE = 500;

    private final Hub hub;
    private final Sessions sessions;
    private final SessionKey session;
    private final Cursor cursor;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Delivery> held = new ArrayDeque<>();
    private boolean closed;

    /** Follows from the event after {@code after} on. Close it to leave. */
    Feed(Hub hub, Sessions sessions, SessionKey session, long after) {
        this.hub = hub;
        this.sessions = sessions;
        this.session = session;
        this.cursor = new Cursor(after);
        hub.join(session, this);
    }

    /**
     * The events that come next, as soon as there are some. Blocks.
     *
     * @return no event where none came within {@code patience} or the feed was closed; empty where the next ones are
     *     gone from the log, and the follower has to begin again with a snapshot
     */
    Optional<List<Event>> next(Duration patience) throws InterruptedException {
        long nanos = patience.toNanos();
        while (true) {
            List<Event> events;
            Cursor.Step step;
            if (cursor.live()) {
                long began = System.nanoTime();
                Delivery delivery = take(nanos);
                nanos -= System.nanoTime() - began;
                if (delivery == null) {
                    return Optional.of(List.of());
                }
                events = delivery.events();
                step = cursor.live(delivery.first(), delivery.last());
            } else {
                SessionLog.Page page = sessions.page(session, cursor.position(), PAGE);
                events = page.events();
                step = cursor.page(page);
            }
            switch (step) {
                case WRITE, WRITE_AND_READ -> {
                    return Optional.of(events.subList(cursor.skip(), events.size()));
                }
                case LOST -> {
                    return Optional.empty();
                }
                case NONE, READ -> { }
            }
        }
    }

    private Delivery take(long nanos) throws InterruptedException {
        long left = nanos;
        lock.lockInterruptibly();
        try {
            while (held.isEmpty() && !closed && left > 0) {
                left = changed.awaitNanos(left);
            }
            return closed ? null : held.poll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void deliver(List<Delivery> deliveries) {
        lock.lock();
        try {
            for (Delivery delivery : deliveries) {
                if (held.size() == MAX_HELD) {
                    held.remove();
                }
                held.add(delivery);
            }
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    boolean closed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Leaves the session; a thread that waits in {@link #next} is released. */
    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            held.clear();
            changed.signal();
        } finally {
            lock.unlock();
        }
        hub.leave(session, this);
    }
}
