package dev.hawser.sql.postgres;

import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.Approval;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.ToolCall;
import dev.hawser.core.port.SessionLog;
import dev.hawser.core.port.SessionTx;
import dev.hawser.core.port.StoreException;
import dev.hawser.sql.group.BufferedTx;
import dev.hawser.sql.group.Hot;
import dev.hawser.sql.group.Refused;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The jobs of one transaction: it locks the heads of their sessions in one order, runs them on what memory or the database
 * holds, and sends what they wrote. For the lane's thread, once.
 */
final class Group {
    private final Sql sql;
    private final Hots hots;
    private final Writes writes;
    private final InFlight inFlight;
    private final Map<SessionKey, Slot> slots = new HashMap<>();
    private final Map<TenantId, Changes> changes = new TreeMap<>((a, b) -> a.value().compareTo(b.value()));
    private final List<Run> flying = new ArrayList<>();
    private final Map<SessionKey, SessionLog.Appended> appended = new LinkedHashMap<>();
    private final Set<AgentName> offered = new HashSet<>();
    private int events;

    Group(Sql sql, Hots hots, Writes writes, InFlight inFlight) {
        this.sql = sql;
        this.hots = hots;
        this.writes = writes;
        this.inFlight = inFlight;
    }

    /** Runs the jobs and sends what they wrote; what is left is to commit. @return what completes their futures */
    List<Runnable> run(List<Job<?>> jobs) throws SQLException {
        Map<TenantId, TreeSet<String>> sessions = new TreeMap<>((a, b) -> a.value().compareTo(b.value()));
        for (Job<?> job : jobs) {
            sessions.computeIfAbsent(job.session().tenant(), _ -> new TreeSet<>()).add(job.session().session().value());
        }
        for (Map.Entry<TenantId, TreeSet<String>> one : sessions.entrySet()) {
            slots.putAll(hots.lock(sql, one.getKey(), one.getValue()));
        }
        List<Runnable> outcomes = new ArrayList<>(jobs.size());
        for (Job<?> job : jobs) {
            outcomes.add(take(job));
        }
        send();
        return outcomes;
    }

    private <T> Runnable take(Job<T> job) throws SQLException {
        try {
            T result = job.body().run(this);
            return () -> job.future().complete(result);
        } catch (Refused e) {
            return () -> job.future().completeExceptionally(e.getCause());
        }
    }

    /** Sends what was written so far, so that statements see it. */
    void send() throws SQLException {
        for (Map.Entry<TenantId, Changes> one : changes.entrySet()) {
            writes.send(sql, Scope.of(one.getKey()), one.getValue());
            one.getValue().clear();
        }
    }

    Sql sql() {
        return sql;
    }

    /** The session, locked; null where there is none. */
    Slot slot(SessionKey key) {
        return slots.get(key);
    }

    /** Has the head written with what was changed of the session. */
    void changed(SessionKey key, Slot slot) {
        slot.dirty = true;
        of(key).sessions.put(key, slot);
    }

    private Changes of(SessionKey key) {
        return changes.computeIfAbsent(key.tenant(), _ -> new Changes());
    }

    /** Runs a work and keeps what it wrote. */
    <T> T work(SessionKey key, Function<SessionTx, T> work) throws SQLException, Refused {
        Slot found = slots.get(key);
        Hot hot = found == null ? null : found.hot;
        BufferedTx tx = new BufferedTx(key, hot, new GroupLookup(key, hot, sql, of(key), inFlight));
        T result;
        try {
            result = work.apply(tx);
        } catch (StoreException e) {
            if (e.getCause() instanceof SQLException cause) {
                throw cause;
            }
            throw new Refused(e);
        } catch (RuntimeException | Error e) {
            throw new Refused(e);
        } finally {
            tx.end();
        }
        checkIds(key, tx);
        Slot slot = tx.created == null ? found : create(key, tx);
        if (slot != null) {
            keep(key, slot, tx);
        }
        return result;
    }

    /** Ids that another session has taken in this very group; those in the database show when they are sent. */
    private void checkIds(SessionKey key, BufferedTx tx) throws Refused {
        Changes own = of(key);
        for (RunId run : tx.runs.keySet()) {
            Changes.RunChange other = own.runs.get(run);
            if (other != null && !other.run().key().session().equals(key)) {
                throw new Refused(new IllegalStateException("the id is taken in another session: run " + run));
            }
        }
    }

    private Slot create(SessionKey key, BufferedTx tx) throws SQLException {
        Slot slot = new Slot(new Hot(hots.nextKey(sql, key.tenant()), tx.created, 1, 0, 0), 0, null);
        slot.created = true;
        slots.put(key, slot);
        return slot;
    }

    private void keep(SessionKey key, Slot slot, BufferedTx tx) {
        Hot hot = slot.hot;
        Changes own = of(key);
        boolean wrote = tx.created != null;
        for (Run run : tx.runs.values()) {
            Changes.RunChange before = own.runs.get(run.id());
            own.runs.put(run.id(), before == null
                    ? new Changes.RunChange(hot.key, run, run.ordinal() > hot.newestOrdinal, hot.open.get(run.id()))
                    : new Changes.RunChange(hot.key, run, before.added(), before.before()));
            hot.keep(run);
            inFlight.add(run);
            flying.add(run);
            wrote = true;
        }
        for (Approval approval : tx.approvals.values()) {
            own.approvals.put(approval.id(), new Changes.ApprovalChange(hot.key, approval));
            hot.keep(approval);
            wrote = true;
        }
        for (ToolCall call : tx.calls.values()) {
            own.calls.put(call.id(), new Changes.CallChange(hot.key, call));
            hot.keep(call);
            wrote = true;
        }
        for (Map.Entry<BufferedTx.Command, BufferedTx.Answer> answer : tx.answers.entrySet()) {
            own.answers.put(new Changes.AnswerKey(hot.key, answer.getKey()), answer.getValue());
            wrote = true;
        }
        for (Map.Entry<RunId, Optional<BufferedTx.Place>> place : tx.places.entrySet()) {
            own.places.put(new Changes.QueueKey(hot.key, key, place.getKey()), place.getValue().orElse(null));
            place.getValue().ifPresent(there -> offered.add(there.agent()));
            wrote = true;
        }
        if (!tx.events.isEmpty()) {
            append(key, slot, own, tx.events);
            wrote = true;
        }
        if (wrote) {
            changed(key, slot);
        }
    }

    private void append(SessionKey key, Slot slot, Changes own, List<Event> added) {
        for (Event event : added) {
            own.events.add(new Changes.EventRow(slot.hot.key, event));
        }
        events += added.size();
        if (slot.oldest == null) {
            slot.oldest = added.getFirst().time();
        }
        slot.hot.last = added.getLast().sequence();
        appended.computeIfAbsent(key, _ -> new SessionLog.Appended(key, slot.hot.session.epoch(), new ArrayList<>()))
                .events().addAll(added);
    }

    /** The transaction is durable: memory is current. */
    void settled() {
        inFlight.remove(flying);
        slots.forEach((key, slot) -> {
            if (slot.dirty) {
                slot.version++;
                slot.dirty = false;
                slot.created = false;
            }
            hots.keep(key, slot);
        });
    }

    /** The transaction is undone: memory of its sessions is worth nothing. */
    void undone(List<Job<?>> jobs) {
        inFlight.remove(flying);
        jobs.forEach(job -> hots.forget(job.session()));
    }

    int events() {
        return events;
    }

    List<SessionLog.Appended> appended() {
        return List.copyOf(appended.values());
    }

    Set<AgentName> offered() {
        return Set.copyOf(offered);
    }
}
