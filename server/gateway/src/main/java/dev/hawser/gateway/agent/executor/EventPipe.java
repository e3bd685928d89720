package dev.hawser.gateway.agent.executor;

import dev.hawser.core.model.Code;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.EventJson;
import dev.hawser.core.model.EventType;
import dev.hawser.core.model.Fault;
import dev.hawser.core.port.AgentConnector.Sink;
import dev.hawser.core.port.AgentConnector.Stopped;
import dev.hawser.core.run.Appended;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The way of one attempt's events into the log. A few appends are under way at a time; what comes meanwhile goes together
 * with the next. So a lone event is stored at once and a burst costs few transactions. Whoever emits waits while
 * {@value #MAX_EVENTS} events or about {@value #MAX_BYTES} bytes are on their way.
 *
 * <p>{@link #emit} and {@link #flush} are for the attempt's thread; answers of the store come on others.
 */
final class EventPipe implements Sink {
    /** Largest event, in bytes of JSON: less than what a wire may hold back for a reader. */
    static final int MAX_EVENT = 640 * 1024;
    static final int MAX_EVENTS = 256;
    static final int MAX_BYTES = 256 * 1024;
    private static final int MAX_APPENDS = 4;
    private static final int MAX_BATCH = 64;

    /** Why nothing more is taken. */
    sealed interface Verdict {
        /** The attempt has no right to the run any more. */
        record Gone() implements Verdict {}

        /** The run has to fail. */
        record Faulty(Fault fault) implements Verdict {}
    }

    /** Stores events of the attempt, in the order of its calls. Does not block. */
    interface Appender {
        CompletableFuture<Appended> append(List<EventBody> events);
    }

    /** Told of progress, on any thread; must not block. */
    interface Listener {
        void stored(int events);

        /** The agent is to be stopped: nothing of it is taken any more. */
        void refused();
    }

    private record Item(EventBody event, int size) {}

    private final Appender appender;
    private final Listener listener;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Item> waiting = new ArrayDeque<>();
    private int appends;
    private int events;
    private int bytes;
    private EventBody terminal;
    private Verdict verdict;

    EventPipe(Appender appender, Listener listener) {
        this.appender = appender;
        this.listener = listener;
    }

    @Override
    public void emit(EventBody event) throws InterruptedException, Stopped {
        int size = EventJson.write(event).length;
        lock.lockInterruptibly();
        try {
            while (verdict == null && terminal == null && full(size)) {
                changed.await();
            }
            if (verdict == null && size > MAX_EVENT) {
                verdict = new Verdict.Faulty(
                        Fault.of(Code.INVALID_AGENT_EVENT, "An event is larger than " + MAX_EVENT + " bytes"));
            }
            if (verdict != null || terminal != null) {
                throw new Stopped("nothing more is taken");
            }
            if (EventType.of(event).terminal()) {
                terminal = event;
            }
            waiting.add(new Item(event, size));
            events++;
            bytes += size;
            pump();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Blocks until everything emitted is in the log or refused.
     *
     * @return why something was refused; null where all is stored
     */
    Verdict flush() {
        lock.lock();
        try {
            while (appends > 0 || !waiting.isEmpty()) {
                changed.awaitUninterruptibly();
            }
            return verdict;
        } finally {
            lock.unlock();
        }
    }

    /** The event that ended the run; null where none was emitted. For the attempt's thread. */
    EventBody terminal() {
        return terminal;
    }

    private boolean full(int size) {
        return events > 0 && (events >= MAX_EVENTS || bytes + size > MAX_BYTES);
    }

    /** Under the lock. A store that answers at once calls back into {@link #done} from here. */
    private void pump() {
        while (appends < MAX_APPENDS && !waiting.isEmpty()) {
            List<EventBody> batch = new ArrayList<>();
            int size = 0;
            // A question may be refused for what it says, and must take nobody with it.
            boolean alone = waiting.peek().event() instanceof EventBody.ApprovalRequired;
            do {
                Item next = waiting.remove();
                batch.add(next.event());
                size += next.size();
            } while (!alone && batch.size() < MAX_BATCH && !waiting.isEmpty()
                    && !(waiting.peek().event() instanceof EventBody.ApprovalRequired));
            appends++;
            int sent = size;
            append(batch).whenComplete((result, failure) -> done(batch.size(), sent, result, failure));
        }
    }

    private CompletableFuture<Appended> append(List<EventBody> batch) {
        try {
            return appender.append(batch);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void done(int count, int size, Appended result, Throwable failure) {
        Verdict news = failure != null ? new Verdict.Faulty(Fault.of(Code.STORE_UNAVAILABLE)) : verdict(result);
        lock.lock();
        try {
            appends--;
            events -= count;
            bytes -= size;
            if (news != null && verdict == null) {
                verdict = news;
            }
            if (verdict != null) {
                waiting.clear();
            }
            pump();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (news == null) {
            listener.stored(count);
        } else {
            listener.refused();
        }
    }

    private static Verdict verdict(Appended result) {
        return switch (result) {
            case Appended.Stored _ -> null;
            case Appended.Over _, Appended.Stale _, Appended.Missing _ -> new Verdict.Gone();
            case Appended.Invalid(Fault fault) -> new Verdict.Faulty(fault);
        };
    }
}
