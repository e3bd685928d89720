package dev.hawser.core.memory;

import dev.hawser.core.model.Approval;
import dev.hawser.core.model.ApprovalId;
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
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A transaction that writes at once and notes how to undo it. Under the store's lock all its life. */
final class MemoryTx implements SessionTx {
    private final SessionKey key;
    private final Tables tables;
    private final Change change;
    private boolean over;

    MemoryTx(SessionKey key, Tables tables, Change change) {
        this.key = key;
        this.tables = tables;
        this.change = change;
    }

    void end() {
        over = true;
    }

    @Override
    public Optional<Session> session() {
        return Optional.ofNullable(tables().sessions.get(key)).map(table -> table.session);
    }

    @Override
    public void create(Session session) {
        if (!session.key().equals(key)) {
            throw new IllegalArgumentException("another session's transaction: " + session.key());
        }
        if (tables().sessions.putIfAbsent(key, new SessionTable(session)) != null) {
            throw new IllegalStateException("the session exists: " + key);
        }
        change.done(() -> tables.sessions.remove(key));
    }

    @Override
    public Position position() {
        return table().position();
    }

    @Override
    public Optional<Run> run(RunId run) {
        return lookup().map(table -> table.run(run));
    }

    @Override
    public long nextOrdinal() {
        return lookup().filter(table -> !table.runs.isEmpty()).map(table -> table.runs.lastKey() + 1).orElse(1L);
    }

    @Override
    public List<Run> live() {
        return runs().filter(run -> run.status().live()).toList();
    }

    @Override
    public int pending(UserId user, int limit) {
        return (int) tables().sessions.values().stream()
                .filter(table -> table.session.key().tenant().equals(key.tenant()))
                .flatMap(table -> table.runs.values().stream())
                .filter(run -> !run.status().terminal() && run.user().equals(user))
                .limit(limit)
                .count();
    }

    @Override
    public Optional<Run> firstQueued(Instant now) {
        return runs().filter(run -> run.status() == RunStatus.QUEUED)
                .filter(run -> run.notBefore() == null || !run.notBefore().isAfter(now))
                .findFirst();
    }

    @Override
    public void save(Run run) {
        SessionTable table = table();
        claim(run.key(), tables.runs.get(new Tables.RunName(key.tenant(), run.id())), "run " + run.id());
        Run before = table.run(run.id());
        if (before == null ? run.ordinal() < nextOrdinal() : before.ordinal() != run.ordinal()) {
            throw new IllegalArgumentException("the ordinal is not the run's: " + run.ordinal());
        }
        table.runs.put(run.ordinal(), run);
        if (before != null) {
            change.done(() -> table.runs.put(before.ordinal(), before));
            return;
        }
        table.ordinals.put(run.id(), run.ordinal());
        tables.runs.put(new Tables.RunName(key.tenant(), run.id()), key);
        change.done(() -> {
            table.runs.remove(run.ordinal());
            table.ordinals.remove(run.id());
            tables.runs.remove(new Tables.RunName(key.tenant(), run.id()));
        });
    }

    @Override
    public Optional<Approval> approval(ApprovalId approval) {
        return Optional.ofNullable(tables().approval(key.tenant(), approval));
    }

    @Override
    public List<Approval> waiting(RunId run) {
        return lookup().stream().flatMap(SessionTable::waiting)
                .filter(approval -> approval.run().run().equals(run)).toList();
    }

    @Override
    public void save(Approval approval) {
        SessionTable table = table();
        Tables.ApprovalName name = new Tables.ApprovalName(key.tenant(), approval.id());
        claim(approval.run(), tables.approvals.get(name), "approval " + approval.id());
        tables.approvals.put(name, key);
        Approval before = table.approvals.put(approval.id(), approval);
        change.done(() -> {
            if (before == null) {
                table.approvals.remove(approval.id());
                tables.approvals.remove(name);
            } else {
                table.approvals.put(approval.id(), before);
            }
        });
    }

    @Override
    public Optional<ToolCall> call(ToolCallId call) {
        return Optional.ofNullable(tables().call(key.tenant(), call));
    }

    @Override
    public List<ToolCall> calls(RunId run) {
        return lookup().stream().flatMap(table -> table.calls.values().stream())
                .filter(call -> call.isOpen() && call.asker().run().run().equals(run)).toList();
    }

    @Override
    public void save(ToolCall call) {
        SessionTable table = table();
        Tables.CallName name = new Tables.CallName(key.tenant(), call.id());
        claim(call.asker().run(), tables.calls.get(name), "tool call " + call.id());
        if (tables.freeCalls.containsKey(name)) {
            throw new IllegalStateException("the id is taken by a call that no run asked for: " + call.id());
        }
        tables.calls.put(name, key);
        ToolCall before = table.calls.put(call.id(), call);
        change.done(() -> {
            if (before == null) {
                table.calls.remove(call.id());
                tables.calls.remove(name);
            } else {
                table.calls.put(call.id(), before);
            }
        });
    }

    @Override
    public Optional<byte[]> answered(UserId user, String commandId) {
        return lookup().map(table -> table.answers.get(new SessionTable.Command(user, commandId)))
                .map(SessionTable.Answer::bytes);
    }

    @Override
    public void answer(UserId user, String commandId, byte[] answer, Instant until) {
        SessionTable table = table();
        SessionTable.Command command = new SessionTable.Command(user, commandId);
        SessionTable.Answer before = table.answers.put(command, new SessionTable.Answer(answer, until));
        change.done(() -> {
            if (before == null) {
                table.answers.remove(command);
            } else {
                table.answers.put(command, before);
            }
        });
    }

    @Override
    public void offer(Run run, Instant notBefore) {
        if (table().run(run.id()) == null) {
            throw new IllegalStateException("no such run in the session: " + run.key());
        }
        tables.queue.offer(run, notBefore, change);
    }

    @Override
    public void withdraw(RunId run) {
        tables().queue.withdraw(new RunKey(key, run), change);
    }

    @Override
    public long append(NewEvent event, Instant time) {
        SessionTable table = table();
        Event appended = new Event(event.type(), table.last() + 1, time.toEpochMilli(), event.run(), event.json());
        table.events.add(appended);
        change.appended.add(appended);
        change.done(() -> table.events.removeLast());
        return appended.sequence();
    }

    private void claim(RunKey named, SessionKey holder, String what) {
        if (!named.session().equals(key)) {
            throw new IllegalArgumentException("another session's transaction: " + named);
        }
        if (holder != null && !holder.equals(key)) {
            throw new IllegalStateException("the id is taken in another session: " + what);
        }
    }

    private Stream<Run> runs() {
        return lookup().stream().flatMap(table -> table.runs.values().stream());
    }

    private Optional<SessionTable> lookup() {
        return Optional.ofNullable(tables().sessions.get(key));
    }

    private SessionTable table() {
        return lookup().orElseThrow(() -> new IllegalStateException("no such session: " + key));
    }

    private Tables tables() {
        if (over) {
            throw new IllegalStateException("the transaction is over");
        }
        return tables;
    }
}
