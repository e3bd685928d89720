package dev.hawser.core.memory;

import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.Approval;
import dev.hawser.core.model.ApprovalId;
import dev.hawser.core.model.Checkpoint;
import dev.hawser.core.model.ConnectionId;
import dev.hawser.core.model.Position;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.RunStatus;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import dev.hawser.core.port.DeviceLedger;
import dev.hawser.core.port.Ledger;
import dev.hawser.core.port.PageCursor;
import dev.hawser.core.port.RunQueue;
import dev.hawser.core.port.SessionLog;
import dev.hawser.core.port.SessionTx;
import dev.hawser.core.port.SessionView;
import dev.hawser.core.port.StoreException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All three stores in memory. What does not block is handed to the executor as a {@link MemoryStep}, each a group of its
 * own; futures and listeners are called by whoever takes steps, never under the lock and never nested. Safe for all threads.
 */
public final class MemoryStore implements Ledger, SessionLog, RunQueue {
    private static final Logger LOG = LoggerFactory.getLogger(MemoryStore.class);

    private final Executor executor;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final List<Consumer<Set<AgentName>>> queueListeners = new CopyOnWriteArrayList<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Tables tables = new Tables();
    private final Map<Optional<SessionKey>, Deque<Waiting<?>>> waiting = new HashMap<>();
    private final Deque<Runnable> outbox = new ArrayDeque<>();
    private boolean delivering;

    /** @param executor takes the steps; {@code Runnable::run} takes each at once, on the caller's thread */
    public MemoryStore(Executor executor) {
        this.executor = executor;
    }

    private record Waiting<T>(Function<Change, T> body, CompletableFuture<T> future) {}

    @Override
    public <T> CompletableFuture<T> commit(SessionKey session, Function<SessionTx, T> work) {
        return submit(Optional.of(session), change -> {
            MemoryTx tx = new MemoryTx(session, tables, change);
            try {
                return work.apply(tx);
            } finally {
                tx.end();
            }
        });
    }

    /** Steps are taken by the executor, or here and now: those of an executor that takes them later are later anyway. */
    @Override
    public void afterwards(Runnable submit) {
        submit.run();
    }

    @Override
    public CompletableFuture<Void> keep(SessionKey session, Checkpoint checkpoint, long dropThrough) {
        if (dropThrough > checkpoint.sequence()) {
            throw new IllegalArgumentException("events beyond the checkpoint must stay");
        }
        return submit(Optional.of(session), _ -> {
            SessionTable table = tables.sessions.get(session);
            if (table == null) {
                throw new IllegalStateException("no such session: " + session);
            }
            if (checkpoint.sequence() > table.last()) {
                throw new IllegalArgumentException("the checkpoint is ahead of the log");
            }
            if (checkpoint.sequence() >= table.checkpoint.sequence()) {
                table.checkpoint = checkpoint;
                table.drop(dropThrough);
            }
            return null;
        });
    }

    @Override
    public CompletableFuture<Integer> forgetAnswers(Instant now) {
        return submit(Optional.empty(), _ -> tables.forgetAnswers(now));
    }

    @Override
    public CompletableFuture<List<RunKey>> claim(
            Set<AgentName> agents, Set<TenantId> tenants, int max, Instant now, Instant hiddenUntil) {
        return submit(Optional.empty(), _ -> tables.queue.claim(agents, tenants, max, now, hiddenUntil));
    }

    @Override
    public CompletableFuture<Void> revealAll() {
        return submit(Optional.empty(), _ -> {
            tables.queue.revealAll();
            return null;
        });
    }

    @Override
    public Optional<SessionView> view(SessionKey session) {
        return locked(() -> Optional.ofNullable(tables.sessions.get(session)).map(SessionTable::view));
    }

    @Override
    public List<SessionView> views(TenantId tenant, List<SessionId> sessions) {
        return locked(() -> sessions.stream().map(id -> tables.sessions.get(new SessionKey(tenant, id)))
                .filter(Objects::nonNull).map(SessionTable::view).toList());
    }

    @Override
    public Optional<Run> run(TenantId tenant, RunId run) {
        return locked(() -> Optional.ofNullable(tables.run(tenant, run)));
    }

    @Override
    public Optional<RunKey> locate(RunId run) {
        return locked(() -> tables.locate(run));
    }

    @Override
    public List<RunKey> asked(TenantId tenant, ConnectionId connection) {
        return locked(() -> tables.asked(tenant, connection));
    }

    @Override
    public List<Run> runs(TenantId tenant, RunStatus status, int limit) {
        PageCursor.check(limit);
        return locked(() -> tables.runs(tenant, status, limit));
    }

    @Override
    public Optional<Approval> approval(TenantId tenant, ApprovalId approval) {
        return locked(() -> Optional.ofNullable(tables.approval(tenant, approval)));
    }

    @Override
    public SessionPage sessions(TenantId tenant, UserId owner, String cursor, int limit) {
        PageCursor after = PageCursor.parse(cursor);
        PageCursor.check(limit);
        return locked(() -> tables.page(tenant, owner, after, limit));
    }

    @Override
    public List<Due> due(Instant now, int limit) {
        return locked(() -> tables.due(now, limit));
    }

    @Override
    public List<RunKey> queued(TenantId tenant, UserId user, Set<AgentName> agents, Instant now, int limit) {
        return locked(() -> tables.queued(tenant, user, agents, now, limit));
    }

    /** The devices in the same memory. */
    public DeviceLedger devices() {
        return new MemoryDevices(this);
    }

    /** A step of its own over no session. */
    <T> CompletableFuture<T> step(Function<Tables, T> body) {
        return submit(Optional.empty(), _ -> body.apply(tables));
    }

    <T> T read(Function<Tables, T> body) {
        return locked(() -> body.apply(tables));
    }

    @Override
    public List<RunKey> leased() {
        return locked(tables::leased);
    }

    @Override
    public Optional<Position> position(SessionKey session) {
        return locked(() -> Optional.ofNullable(tables.sessions.get(session)).map(SessionTable::position));
    }

    @Override
    public Page page(SessionKey session, long after, int limit) {
        if (after < 0 || limit < 1 || limit > MAX_READ) {
            throw new IllegalArgumentException("1 to " + MAX_READ + " events after a sequence from 0");
        }
        return locked(() -> {
            SessionTable table = tables.sessions.get(session);
            return table == null ? Page.NONE : new Page(table.first, table.read(after, limit));
        });
    }

    @Override
    public Checkpoint checkpoint(SessionKey session) {
        return locked(() -> {
            SessionTable table = tables.sessions.get(session);
            return table == null ? Checkpoint.START : table.checkpoint;
        });
    }

    @Override
    public List<Overlong> overlong(int maxEvents, Instant oldest, int limit) {
        return locked(() -> tables.sessions.values().stream()
                .filter(table -> table.outOfBounds(maxEvents, oldest) >= table.first)
                .map(table -> new Overlong(table.session.key(), table.outOfBounds(maxEvents, oldest)))
                .limit(limit)
                .toList());
    }

    @Override
    public void listen(Listener listener) {
        listeners.add(listener);
    }

    @Override
    public void whenDue(Consumer<Set<AgentName>> listener) {
        queueListeners.add(listener);
    }

    private <T> CompletableFuture<T> submit(Optional<SessionKey> session, Function<Change, T> body) {
        Waiting<T> step = new Waiting<>(body, new CompletableFuture<>());
        locked(() -> waiting.computeIfAbsent(session, _ -> new ArrayDeque<>()).add(step));
        executor.execute(new MemoryStep(this, session));
        return step.future();
    }

    /** Takes the session's oldest step, or has it fail. */
    void step(Optional<SessionKey> session, StoreException failure) {
        lock.lock();
        try {
            Deque<Waiting<?>> line = waiting.get(session);
            if (line == null) {
                throw new IllegalStateException("the step was taken before");
            }
            Waiting<?> next = line.remove();
            if (line.isEmpty()) {
                waiting.remove(session);
            }
            if (failure == null) {
                take(session, next);
            } else {
                outbox.add(() -> next.future().completeExceptionally(failure));
            }
        } finally {
            lock.unlock();
        }
        deliver();
    }

    private <T> void take(Optional<SessionKey> session, Waiting<T> step) {
        Change change = new Change();
        try {
            T result = step.body().apply(change);
            outbox.add(() -> step.future().complete(result));
            session.ifPresent(key -> tell(key, change));
        } catch (RuntimeException | Error e) {
            change.undo();
            outbox.add(() -> step.future().completeExceptionally(e));
        }
    }

    private void tell(SessionKey session, Change change) {
        if (!change.appended.isEmpty()) {
            List<Appended> group = List.of(new Appended(
                    session, tables.sessions.get(session).session.epoch(), List.copyOf(change.appended)));
            outbox.add(() -> listeners.forEach(listener -> listener.appended(group)));
        }
        if (!change.offered.isEmpty()) {
            Set<AgentName> agents = Set.copyOf(change.offered);
            outbox.add(() -> queueListeners.forEach(listener -> listener.accept(agents)));
        }
    }

    /** Tells what has happened, in order. What is called back may take further steps: they are told after it. */
    private void deliver() {
        for (Runnable next = next(true); next != null; next = next(false)) {
            try {
                next.run();
            } catch (RuntimeException | Error e) {
                LOG.error("A listener of the store failed", e);
            }
        }
    }

    /** What to tell next; null where nothing is left, or where another call tells it. */
    private Runnable next(boolean begin) {
        return locked(() -> {
            if (begin && delivering) {
                return null;
            }
            Runnable next = outbox.poll();
            delivering = next != null;
            return next;
        });
    }

    private <T> T locked(Supplier<T> body) {
        lock.lock();
        try {
            return body.get();
        } finally {
            lock.unlock();
        }
    }
}
