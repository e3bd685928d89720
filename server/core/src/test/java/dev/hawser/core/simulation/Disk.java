package dev.hawser.core.simulation;

import dev.hawser.core.memory.MemoryStep;
import dev.hawser.core.memory.MemoryStore;
import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.Approval;
import dev.hawser.core.model.ApprovalId;
import dev.hawser.core.model.ConnectionId;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.RunStatus;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import dev.hawser.core.port.Ledger;
import dev.hawser.core.port.RunQueue;
import dev.hawser.core.port.SessionTx;
import dev.hawser.core.port.SessionView;
import dev.hawser.core.port.StoreException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/** The store that outlives every node: late, failing, and sometimes failing to say that it has not failed. */
final class Disk implements Ledger, RunQueue {
    private static final StoreException BROKEN = new StoreException("the disk is broken", null);

    final MemoryStore store = new MemoryStore(this::execute);
    private final Schedule schedule;
    private final Set<Runnable> pending = new LinkedHashSet<>();
    private Faults faults;
    private boolean immediate;

    Disk(Schedule schedule, Faults faults) {
        this.schedule = schedule;
        this.faults = faults;
    }

    void faults(Faults faults) {
        this.faults = faults;
    }

    private void execute(Runnable step) {
        if (immediate) {
            step.run();
        } else {
            pending.add(step);
            schedule.in(schedule.delay(), () -> take(step));
        }
    }

    private void take(Runnable step) {
        if (pending.remove(step)) {
            if (schedule.chance(faults.fails())) {
                schedule.note("disk fails", ((MemoryStep) step).session());
                ((MemoryStep) step).fail(BROKEN);
            } else {
                step.run();
            }
        }
    }

    /** The process dies: what it had under way has happened or not. */
    void crash() {
        for (Runnable step : List.copyOf(pending)) {
            pending.remove(step);
            if (schedule.chance(0.5)) {
                step.run();
            } else {
                ((MemoryStep) step).fail(BROKEN);
            }
        }
    }

    /** Does something that waits for the store, with a store that does not let it wait. */
    void atOnce(Runnable body) {
        while (!pending.isEmpty()) {
            take(pending.iterator().next());
        }
        immediate = true;
        try {
            body.run();
        } finally {
            immediate = false;
        }
    }

    @Override
    public <T> CompletableFuture<T> commit(SessionKey session, Function<SessionTx, T> work) {
        if (!immediate && schedule.chance(faults.repeats())) {
            store.commit(session, tx -> {
                work.apply(tx);
                throw BROKEN;
            });
        }
        CompletableFuture<T> done = store.commit(session, work);
        if (!immediate && schedule.chance(faults.lies())) {
            return done.thenApply(_ -> {
                schedule.note("disk lies", session);
                throw BROKEN;
            });
        }
        return done;
    }

    @Override
    public void afterwards(Runnable submit) {
        store.afterwards(submit);
    }

    @Override
    public CompletableFuture<List<RunKey>> claim(
            Set<AgentName> agents, Set<TenantId> tenants, int max, Instant now, Instant hiddenUntil) {
        return store.claim(agents, tenants, max, now, hiddenUntil).thenApply(claimed -> {
            List<RunKey> given = new ArrayList<>(claimed);
            claimed.stream().filter(_ -> schedule.chance(faults.handsOut())).forEach(given::add);
            return given;
        });
    }

    @Override
    public Optional<SessionView> view(SessionKey session) {
        return store.view(session);
    }

    @Override
    public List<SessionView> views(TenantId tenant, List<SessionId> sessions) {
        return store.views(tenant, sessions);
    }

    @Override
    public Optional<Run> run(TenantId tenant, RunId run) {
        return store.run(tenant, run);
    }

    @Override
    public Optional<RunKey> locate(RunId run) {
        return store.locate(run);
    }

    @Override
    public List<RunKey> asked(TenantId tenant, ConnectionId connection) {
        return store.asked(tenant, connection);
    }

    @Override
    public List<Run> runs(TenantId tenant, RunStatus status, int limit) {
        return store.runs(tenant, status, limit);
    }

    @Override
    public Optional<Approval> approval(TenantId tenant, ApprovalId approval) {
        return store.approval(tenant, approval);
    }

    @Override
    public SessionPage sessions(TenantId tenant, UserId owner, String cursor, int limit) {
        return store.sessions(tenant, owner, cursor, limit);
    }

    @Override
    public List<Due> due(Instant now, int limit) {
        return store.due(now, limit);
    }

    @Override
    public List<RunKey> queued(TenantId tenant, UserId user, Set<AgentName> agents, Instant now, int limit) {
        return store.queued(tenant, user, agents, now, limit);
    }

    @Override
    public List<RunKey> leased() {
        return store.leased();
    }

    @Override
    public CompletableFuture<Integer> forgetAnswers(Instant now) {
        return store.forgetAnswers(now);
    }

    @Override
    public CompletableFuture<Void> revealAll() {
        return store.revealAll();
    }

    @Override
    public void whenDue(Consumer<Set<AgentName>> listener) {
        store.whenDue(listener);
    }
}
