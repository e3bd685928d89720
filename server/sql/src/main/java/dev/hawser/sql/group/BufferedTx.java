package dev.hawser.sql.group;

import dev.hawser.core.model.Approval;
import dev.hawser.core.model.ApprovalId;
import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.NewEvent;
import dev.hawser.core.model.Position;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.RunStatus;
import dev.hawser.core.model.Session;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.ToolCall;
import dev.hawser.core.model.ToolCallId;
import dev.hawser.core.model.UserId;
import dev.hawser.core.port.SessionTx;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A transaction that keeps its writes to itself until its work has returned: so one that throws leaves the group's
 * transaction untouched, without a savepoint. For one thread.
 */
public final class BufferedTx implements SessionTx {
    private final SessionKey key;
    private final Lookup lookup;
    private final Hot hot;
    private boolean over;

    public Session created;
    public final Map<RunId, Run> runs = new LinkedHashMap<>(2);
    public final Map<ApprovalId, Approval> approvals = new LinkedHashMap<>(2);
    public final Map<ToolCallId, ToolCall> calls = new LinkedHashMap<>(2);
    public final Map<Command, Answer> answers = new HashMap<>(2);
    /** What becomes of a run's place in the queue; empty takes it away. */
    public final Map<RunId, Optional<Place>> places = new LinkedHashMap<>(2);
    public final List<Event> events = new ArrayList<>(2);

    /** Whose command. */
    public record Command(UserId user, String id) {}

    /** What was answered, and how long that is kept. */
    public record Answer(byte[] bytes, Instant until) {}

    /** A run's place in the queue. */
    public record Place(AgentName agent, Instant since, Instant notBefore) {}

    /** @param hot null where the session does not exist */
    public BufferedTx(SessionKey key, Hot hot, Lookup lookup) {
        this.key = key;
        this.hot = hot;
        this.lookup = lookup;
    }

    /** Nothing is taken from now on. */
    public void end() {
        over = true;
    }

    @Override
    public Optional<Session> session() {
        check();
        return created != null ? Optional.of(created) : Optional.ofNullable(hot).map(found -> found.session);
    }

    @Override
    public void create(Session session) {
        if (session().isPresent()) {
            throw new IllegalStateException("the session exists: " + key);
        }
        if (!session.key().equals(key)) {
            throw new IllegalArgumentException("another session's transaction: " + session.key());
        }
        created = session;
    }

    @Override
    public Position position() {
        Session session = existing();
        long last = hot == null ? 0 : hot.last;
        return new Position(session.epoch(), hot == null ? 1 : hot.first, last + events.size());
    }

    @Override
    public Optional<Run> run(RunId run) {
        check();
        Run found = runs.get(run);
        if (found == null && hot != null) {
            found = hot.open.get(run);
        }
        return found != null || hot == null ? Optional.ofNullable(found) : lookup.run(run);
    }

    @Override
    public long nextOrdinal() {
        check();
        long newest = hot == null ? 0 : hot.newestOrdinal;
        for (Run run : runs.values()) {
            newest = Math.max(newest, run.ordinal());
        }
        return newest + 1;
    }

    @Override
    public List<Run> live() {
        check();
        if (runs.isEmpty()) {
            return hot == null ? List.of() : List.copyOf(hot.live.values());
        }
        TreeMap<Long, Run> live = new TreeMap<>();
        if (hot != null) {
            live.putAll(hot.live);
        }
        runs.values().forEach(run -> {
            live.remove(run.ordinal());
            if (run.status().live()) {
                live.put(run.ordinal(), run);
            }
        });
        return List.copyOf(live.values());
    }

    @Override
    public int pending(UserId user, int limit) {
        check();
        return Math.min(lookup.pending(user, limit, runs.values()), limit);
    }

    @Override
    public Optional<Run> firstQueued(Instant now) {
        check();
        Run first = null;
        for (Run run : runs.values()) {
            if (startable(run, now) && (first == null || run.ordinal() < first.ordinal())) {
                first = run;
            }
        }
        if (hot != null) {
            for (Run run : hot.queued.values()) {
                if (first != null && first.ordinal() < run.ordinal()) {
                    break;
                }
                if (!runs.containsKey(run.id()) && startable(run, now)) {
                    return Optional.of(run);
                }
            }
        }
        return Optional.ofNullable(first);
    }

    private static boolean startable(Run run, Instant now) {
        return run.status() == RunStatus.QUEUED
                && (run.notBefore() == null || !run.notBefore().isAfter(now));
    }

    @Override
    public void save(Run run) {
        existing();
        own(run.key());
        if (ordinal(run) != run.ordinal()) {
            throw new IllegalArgumentException("the ordinal is not the run's: " + run.ordinal());
        }
        runs.put(run.id(), run);
    }

    /** The ordinal that the run has, or gets as a new one: an id that is taken elsewhere shows when it is written. */
    private long ordinal(Run run) {
        Run known = runs.get(run.id());
        if (known == null && hot != null) {
            known = hot.open.get(run.id());
        }
        long next = nextOrdinal();
        if (known == null && run.ordinal() < next) {
            known = run(run.id()).orElse(null);
        }
        return known == null ? Math.max(next, run.ordinal()) : known.ordinal();
    }

    @Override
    public Optional<Approval> approval(ApprovalId approval) {
        check();
        Approval found = approvals.get(approval);
        if (found == null && hot != null) {
            found = hot.waiting.get(approval);
        }
        return found != null ? Optional.of(found) : lookup.approval(approval);
    }

    @Override
    public List<Approval> waiting(RunId run) {
        check();
        Map<ApprovalId, Approval> all = new LinkedHashMap<>();
        if (hot != null) {
            all.putAll(hot.waiting);
        }
        all.putAll(approvals);
        return all.values().stream()
                .filter(approval -> approval.decision() == null && approval.run().run().equals(run))
                .toList();
    }

    @Override
    public void save(Approval approval) {
        existing();
        own(approval.run());
        if (approval(approval.id()).filter(found -> !found.run().session().equals(key)).isPresent()) {
            throw new IllegalStateException("the id is taken in another session: approval " + approval.id());
        }
        approvals.put(approval.id(), approval);
    }

    @Override
    public Optional<ToolCall> call(ToolCallId call) {
        check();
        ToolCall found = calls.get(call);
        if (found == null && hot != null) {
            found = hot.calls.get(call);
        }
        return found != null ? Optional.of(found) : lookup.call(call);
    }

    @Override
    public List<ToolCall> calls(RunId run) {
        check();
        if (calls.isEmpty() && (hot == null || hot.calls.isEmpty())) {
            return List.of();
        }
        Map<ToolCallId, ToolCall> all = new LinkedHashMap<>();
        if (hot != null) {
            all.putAll(hot.calls);
        }
        all.putAll(calls);
        return all.values().stream().filter(call -> call.isOpen() && call.asker().run().run().equals(run)).toList();
    }

    @Override
    public void save(ToolCall call) {
        existing();
        own(call.asker().run());
        if (call(call.id()).filter(found -> found.asker() == null || !found.asker().run().session().equals(key)).isPresent()) {
            throw new IllegalStateException("the id is taken by another's call: " + call.id());
        }
        calls.put(call.id(), call);
    }

    @Override
    public Optional<byte[]> answered(UserId user, String commandId) {
        check();
        Answer found = answers.get(new Command(user, commandId));
        if (found != null || hot == null) {
            return Optional.ofNullable(found).map(Answer::bytes);
        }
        return lookup.answered(user, commandId);
    }

    @Override
    public void answer(UserId user, String commandId, byte[] answer, Instant until) {
        existing();
        answers.put(new Command(user, commandId), new Answer(answer, until));
    }

    @Override
    public void offer(Run run, Instant notBefore) {
        existing();
        if (run(run.id()).isEmpty()) {
            throw new IllegalStateException("no such run in the session: " + run.key());
        }
        places.put(run.id(), Optional.of(
                new Place(run.agent(), notBefore == null ? run.createdAt() : notBefore, notBefore)));
    }

    @Override
    public void withdraw(RunId run) {
        check();
        places.put(run, Optional.empty());
    }

    @Override
    public long append(NewEvent event, Instant time) {
        long sequence = position().last() + 1;
        events.add(new Event(event.type(), sequence, time.toEpochMilli(), event.run(), event.json()));
        return sequence;
    }

    private Session existing() {
        return session().orElseThrow(() -> new IllegalStateException("no such session: " + key));
    }

    private void own(RunKey named) {
        if (!named.session().equals(key)) {
            throw new IllegalArgumentException("another session's transaction: " + named);
        }
    }

    private void check() {
        if (over) {
            throw new IllegalStateException("the transaction is over");
        }
    }
}
