package dev.hawser.sql.postgres;

import dev.hawser.core.model.Approval;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.ToolCall;
import dev.hawser.sql.group.BufferedTx;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Sends what a group has written of one tenant, the rows of each table together. Without state; safe for all threads. */
final class Writes {
    static final int APPROVAL_EXPIRES = 0;
    static final int CANCEL_OVERDUE = 1;
    static final int LEASE_LAPSES = 2;
    static final int CALL_OVERDUE = 3;
    /** What ends in an hour of {@code expiries}. */
    static final int ANSWERS = 0;
    static final int TICKETS = 1;
    static final int CONNECTIONS = 2;
    static final int CALLS = 3;

    void send(Sql sql, Scope scope, Changes changes) throws SQLException {
        if (changes.isEmpty()) {
            return;
        }
        List<Map.Entry<SessionKey, Slot>> changed = changes.sessions.entrySet().stream()
                .sorted(Comparator.comparing(one -> one.getKey().session().value())).toList();
        heads(sql, scope, changed);
        create(sql, scope, changed.stream().filter(one -> one.getValue().created).toList());
        runs(sql, scope, changes);
        approvals(sql, scope, changes);
        calls(sql, scope, changes);
        answers(sql, scope, changes);
        queue(sql, scope, changes);
        events(sql, scope, changes.events);
        changed.forEach(one -> one.getValue().created = false);
    }

    private void create(Sql sql, Scope scope, List<Map.Entry<SessionKey, Slot>> added) throws SQLException {
        sql.batch(scope, "INSERT INTO sessions (key, tenant, id, owner, epoch, created_at, metadata) VALUES (?,?,?,?,?,?,?)",
                added, one -> {
                    var session = one.getValue().hot.session;
                    return new Object[] {one.getValue().hot.key, one.getKey().tenant(), one.getKey().session(),
                        session.owner(), session.epoch(), session.createdAt(), Sql.bytes(session.metadata())};
                });
    }

    private record Deadline(long session, int kind, String id, SessionKey key, Instant at) {}

    private void runs(Sql sql, Scope scope, Changes changes) throws SQLException {
        List<Changes.RunChange> added = changes.runs.values().stream().filter(Changes.RunChange::added).toList();
        sql.batch(scope, Rows.INSERT_RUN, added, one -> Rows.inserted(one.session(), one.run()));
        sql.batch(scope, "INSERT INTO run_places (id, tenant, session_id) VALUES (?,?,?)", added, one ->
                new Object[] {one.run().id(), one.run().key().session().tenant(), one.run().key().session().session()});
        sql.batch(scope, Rows.UPDATE_RUN, changes.runs.values().stream().filter(one -> !one.added()).toList(),
                one -> Rows.updated(one.session(), one.run()));
        List<Deadline> set = new ArrayList<>();
        List<Deadline> gone = new ArrayList<>();
        for (Changes.RunChange one : changes.runs.values()) {
            SessionKey key = one.run().key().session();
            String id = one.run().id().value();
            sort(new Deadline(one.session(), LEASE_LAPSES, id, key, lease(one.run())), lease(one.before()), set, gone);
            sort(new Deadline(one.session(), CANCEL_OVERDUE, id, key, cancel(one.run())), cancel(one.before()), set, gone);
        }
        deadlines(sql, scope, set, gone);
    }

    private static void sort(Deadline deadline, Instant before, List<Deadline> set, List<Deadline> gone) {
        if (deadline.at() == null) {
            if (before != null) {
                gone.add(deadline);
            }
        } else if (!deadline.at().equals(before)) {
            set.add(deadline);
        }
    }

    private static Instant lease(Run run) {
        return run == null || run.lease() == null ? null : run.lease().until();
    }

    private static Instant cancel(Run run) {
        return run == null || run.status().terminal() ? null : run.cancelBy();
    }

    private void deadlines(Sql sql, Scope scope, List<Deadline> set, List<Deadline> gone) throws SQLException {
        sql.batch(scope, "INSERT INTO deadlines (session, kind, id, tenant, session_id, at) VALUES (?,?,?,?,?,?)"
                + " ON CONFLICT (session, kind, id) DO UPDATE SET at = excluded.at", set, one ->
                new Object[] {one.session(), one.kind(), one.id(), one.key().tenant(), one.key().session(), one.at()});
        sql.batch(scope, "DELETE FROM deadlines WHERE session = ? AND kind = ? AND id = ?", gone, one ->
                new Object[] {one.session(), one.kind(), one.id()});
    }

    private void approvals(Sql sql, Scope scope, Changes changes) throws SQLException {
        if (changes.approvals.isEmpty()) {
            return;
        }
        List<Changes.ApprovalChange> all = List.copyOf(changes.approvals.values());
        int[] counts = sql.batch(scope, Rows.SAVE_APPROVAL, all, one -> Rows.saved(one.session(), one.approval()));
        for (int count : counts) {
            if (count == 0) {
                throw new SQLException("an approval's id is taken in another session", Failure.TAKEN);
            }
        }
        List<Deadline> set = new ArrayList<>();
        List<Deadline> gone = new ArrayList<>();
        for (Changes.ApprovalChange one : all) {
            Approval approval = one.approval();
            if (approval.expiresAt() != null) {
                (approval.decision() == null ? set : gone).add(new Deadline(one.session(), APPROVAL_EXPIRES,
                        approval.id().value(), approval.run().session(), approval.expiresAt()));
            }
        }
        deadlines(sql, scope, set, gone);
    }

    private void calls(Sql sql, Scope scope, Changes changes) throws SQLException {
        if (changes.calls.isEmpty()) {
            return;
        }
        List<Changes.CallChange> all = List.copyOf(changes.calls.values());
        int[] counts = sql.batch(scope, CallRows.SAVE, all, one -> CallRows.saved(one.session(), one.call()));
        for (int count : counts) {
            if (count == 0) {
                throw new SQLException("a tool call's id is taken by another's", Failure.TAKEN);
            }
        }
        List<Deadline> set = new ArrayList<>();
        List<Deadline> gone = new ArrayList<>();
        for (Changes.CallChange one : all) {
            ToolCall call = one.call();
            (call.isOpen() ? set : gone).add(new Deadline(one.session(), CALL_OVERDUE, call.id().value(),
                    call.asker().run().session(), call.deadline()));
        }
        deadlines(sql, scope, set, gone);
    }

    private void answers(Sql sql, Scope scope, Changes changes) throws SQLException {
        if (changes.answers.isEmpty()) {
            return;
        }
        var tenant = changes.sessions.keySet().iterator().next().tenant();
        sql.batch(scope, "INSERT INTO answers (session, command, tenant, answer, until) VALUES (?,?,?,?,?)"
                + " ON CONFLICT (session, command) DO UPDATE SET answer = excluded.answer, until = excluded.until",
                List.copyOf(changes.answers.entrySet()), one -> new Object[] {one.getKey().session(),
                    Digests.of(one.getKey().command()), tenant, one.getValue().bytes(), one.getValue().until()});
        TreeSet<Long> hours = new TreeSet<>();
        for (BufferedTx.Answer answer : changes.answers.values()) {
            hours.add(hour(answer.until()));
        }
        for (long hour : hours) {
            sql.update(scope, "INSERT INTO expiries (hour, kind, tenant) VALUES (?,?,?) ON CONFLICT DO NOTHING",
                    hour, ANSWERS, tenant);
        }
    }

    static long hour(Instant time) {
        return Math.floorDiv(time.toEpochMilli(), Duration.ofHours(1).toMillis());
    }

    private void queue(Sql sql, Scope scope, Changes changes) throws SQLException {
        sql.batch(scope, "INSERT INTO queue (session, run, tenant, session_id, agent, since, visible_at, not_before)"
                + " VALUES (?,?,?,?,?,?,?,?) ON CONFLICT (session, run) DO UPDATE SET agent = excluded.agent,"
                + " since = excluded.since, visible_at = excluded.visible_at, not_before = excluded.not_before",
                changes.places.entrySet().stream().filter(one -> one.getValue() != null).toList(), one -> {
                    BufferedTx.Place place = one.getValue();
                    long notBefore = place.notBefore() == null ? 0 : place.notBefore().toEpochMilli();
                    return new Object[] {one.getKey().session(), one.getKey().run(), one.getKey().key().tenant(),
                        one.getKey().key().session(), place.agent(), place.since(), notBefore, notBefore};
                });
        sql.batch(scope, "DELETE FROM queue WHERE session = ? AND run = ?",
                changes.places.entrySet().stream().filter(one -> one.getValue() == null).toList(),
                one -> new Object[] {one.getKey().session(), one.getKey().run()});
    }

    private void events(Sql sql, Scope scope, List<Changes.EventRow> rows) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        int count = rows.size();
        long[] sessions = new long[count];
        long[] sequences = new long[count];
        long[] times = new long[count];
        String[] types = new String[count];
        String[] runs = new String[count];
        byte[][] data = new byte[count][];
        for (int i = 0; i < count; i++) {
            Event event = rows.get(i).event();
            sessions[i] = rows.get(i).session();
            sequences[i] = event.sequence();
            times[i] = event.time();
            types[i] = event.type().wire();
            runs[i] = event.run() == null ? null : event.run().value();
            data[i] = event.json();
        }
        sql.update(scope, "INSERT INTO events (session, sequence, time, tenant, type, run, data)"
                + " SELECT session, sequence, time, ?, type, run, data FROM unnest(?::bigint[], ?::bigint[], ?::bigint[],"
                + " ?::text[], ?::text[], ?::bytea[]) AS new (session, sequence, time, type, run, data)",
                scope.tenantSetting(), sessions, sequences, times, types, runs, data);
    }

    /**
     * Inserts and updates in one, so that no plan can go wrong: the conflict is always found by the key. Where another node has
     * made the session meanwhile, its key is another, and the name is taken.
     */
    private void heads(Sql sql, Scope scope, List<Map.Entry<SessionKey, Slot>> changed) throws SQLException {
        int count = changed.size();
        long[] keys = new long[count];
        String[] sessions = new String[count];
        String[] epochs = new String[count];
        long[] versions = new long[count];
        long[] firsts = new long[count];
        long[] lasts = new long[count];
        long[] ordinals = new long[count];
        Long[] oldest = new Long[count];
        for (int i = 0; i < count; i++) {
            Slot slot = changed.get(i).getValue();
            keys[i] = slot.hot.key;
            sessions[i] = slot.hot.session.key().session().value();
            epochs[i] = slot.hot.session.epoch().value();
            versions[i] = slot.version + 1;
            firsts[i] = slot.hot.first;
            lasts[i] = slot.hot.last;
            ordinals[i] = slot.hot.newestOrdinal;
            oldest[i] = slot.oldest;
        }
        sql.update(scope, "INSERT INTO heads (key, tenant, session, epoch, version, first, last, ordinal, oldest)"
                + " SELECT key, ?, session, epoch, version, first, last, ordinal, oldest FROM unnest(?::bigint[], ?::text[],"
                + " ?::text[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[])"
                + " AS new (key, session, epoch, version, first, last, ordinal, oldest)"
                + " ON CONFLICT (key) DO UPDATE SET version = excluded.version, first = excluded.first,"
                + " last = excluded.last, ordinal = excluded.ordinal, oldest = excluded.oldest",
                scope.tenantSetting(), keys, sessions, epochs, versions, firsts, lasts, ordinals, oldest);
    }
}
