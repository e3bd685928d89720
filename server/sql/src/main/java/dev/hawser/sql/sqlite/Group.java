package dev.hawser.sql.sqlite;

import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.Approval;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.ToolCall;
import dev.hawser.core.port.SessionLog;
import dev.hawser.core.port.SessionTx;
import dev.hawser.core.port.StoreException;
import dev.hawser.sql.group.BufferedTx;
import dev.hawser.sql.group.Hot;
import dev.hawser.sql.group.Refused;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The works of one transaction, and what there is to tell once it is durable. For the writer's thread. */
final class Group {
    private final Sql sql;
    private final Log log;
    private final HotSessions sessions;
    private final Map<SessionKey, SessionLog.Appended> appended = new LinkedHashMap<>();
    private final Set<AgentName> offered = new HashSet<>();

    Group(Sql sql, Log log, HotSessions sessions) {
        this.sql = sql;
        this.log = log;
        this.sessions = sessions;
    }

    Sql sql() {
        return sql;
    }

    Hot hot(SessionKey key) throws SQLException {
        return sessions.hot(key);
    }

    /** Writes what the works have appended, as one. */
    void write() throws SQLException {
        log.write(sql);
    }

    /** Runs a work and writes what it wrote. */
    <T> T work(SessionKey key, Function<SessionTx, T> work) throws SQLException, Refused {
        Hot found = sessions.hot(key);
        BufferedTx tx = new BufferedTx(key, found, new SqlLookup(key, sql, found, sessions.pending()));
        T result;
        try {
            result = work.apply(tx);
        } catch (StoreException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            throw new Refused(e);
        } finally {
            tx.end();
        }
        Hot hot = tx.created == null ? sessions.hot(key) : create(key, tx);
        if (hot != null) {
            write(key, hot, tx);
        }
        return result;
    }

    private Hot create(SessionKey key, BufferedTx tx) throws SQLException {
        long id = sql.one("INSERT INTO sessions (tenant, id, owner, epoch, created_at, metadata) VALUES (?,?,?,?,?,?)"
                + " RETURNING key", row -> row.getLong(1), key.tenant(), key.session(), tx.created.owner(),
                tx.created.epoch(), tx.created.createdAt(), tx.created.metadata()).orElseThrow();
        Hot hot = new Hot(id, tx.created, 1, 0, 0);
        sessions.keep(key, hot);
        return hot;
    }

    private void write(SessionKey key, Hot hot, BufferedTx tx) throws SQLException {
        for (Run run : tx.runs.values()) {
            if (run.ordinal() > hot.newestOrdinal) {
                Rows.insert(sql, hot.key, run);
            } else {
                Rows.update(sql, hot.key, run);
            }
            sessions.pending().written(key.tenant(), run, hot.open.containsKey(run.id()));
            hot.keep(run);
        }
        for (Approval approval : tx.approvals.values()) {
            Rows.save(sql, hot.key, approval);
            hot.keep(approval);
        }
        for (ToolCall call : tx.calls.values()) {
            CallRows.save(sql, hot.key, call);
            hot.keep(call);
        }
        for (Map.Entry<BufferedTx.Command, BufferedTx.Answer> answer : tx.answers.entrySet()) {
            sql.update("INSERT OR REPLACE INTO answers (session, user, command, answer, until) VALUES (?,?,?,?,?)",
                    hot.key, answer.getKey().user(), answer.getKey().id(), answer.getValue().bytes(),
                    answer.getValue().until());
        }
        for (Map.Entry<RunId, Optional<BufferedTx.Place>> place : tx.places.entrySet()) {
            place(hot.key, place.getKey(), place.getValue().orElse(null));
        }
        append(key, hot, tx.events);
    }

    private void place(long session, RunId run, BufferedTx.Place place) throws SQLException {
        if (place == null) {
            sql.update("DELETE FROM queue WHERE session = ? AND run = ?", session, run);
            return;
        }
        long notBefore = place.notBefore() == null ? 0 : place.notBefore().toEpochMilli();
        sql.update("INSERT OR REPLACE INTO queue (session, run, agent, since, visible_at, not_before)"
                + " VALUES (?,?,?,?,?,?)", session, run, place.agent(), place.since(), notBefore, notBefore);
        offered.add(place.agent());
    }

    private void append(SessionKey key, Hot hot, List<Event> added) {
        if (added.isEmpty()) {
            return;
        }
        added.forEach(event -> log.add(hot.key, event));
        hot.last = added.getLast().sequence();
        appended.computeIfAbsent(key, _ -> new SessionLog.Appended(key, hot.session.epoch(), new ArrayList<>()))
                .events().addAll(added);
    }

    /** Tells what became durable. */
    void show() {
        if (!appended.isEmpty()) {
            Writer.harmless(() -> sessions.appended(List.copyOf(appended.values())));
        }
        if (!offered.isEmpty()) {
            Writer.harmless(() -> sessions.offered(Set.copyOf(offered)));
        }
    }
}
