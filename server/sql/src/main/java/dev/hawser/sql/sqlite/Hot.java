package dev.hawser.sql.sqlite;

import dev.hawser.core.model.ApprovalId;
import dev.hawser.core.model.Approval;
import dev.hawser.core.model.Position;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.Session;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.port.SessionView;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the writer keeps in memory of a session in use, so that an append needs no query. Only the writer touches it. */
final class Hot {
    final long key;
    final Session session;
    long first;
    long last;
    long newestOrdinal;
    /** Runs that are not over, by id. */
    final Map<RunId, Run> open = new HashMap<>();
    final TreeMap<Long, Run> live = new TreeMap<>();
    final TreeMap<Long, Run> queued = new TreeMap<>();
    /** Approvals without a decision, oldest first. */
    final Map<ApprovalId, Approval> waiting = new LinkedHashMap<>();

    Hot(long key, Session session, long first, long last, long newestOrdinal) {
        this.key = key;
        this.session = session;
        this.first = first;
        this.last = last;
        this.newestOrdinal = newestOrdinal;
    }

    static Optional<Hot> load(Sql sql, Log log, SessionKey name) throws SQLException {
        Optional<Hot> found = sql.one("SELECT " + Rows.SESSION
                        + ", (SELECT max(ordinal) FROM runs WHERE session = s.key) AS ordinal"
                        + " FROM sessions s WHERE s.tenant = ? AND s.id = ?",
                row -> new Hot(row.getLong("key"), Rows.session(row), row.getLong("first"), 0, row.getLong("ordinal")),
                name.tenant(), name.session());
        if (found.isPresent()) {
            Hot hot = found.get();
            hot.last = Math.max(hot.first - 1, log.last(sql, hot.key));
            sql.list("SELECT " + Rows.RUN + " FROM runs r JOIN sessions s ON s.key = r.session"
                    + " WHERE r.session = ? AND r.ended_at IS NULL", Rows::run, hot.key).forEach(hot::keep);
            sql.list("SELECT " + Rows.APPROVAL + " FROM approvals a JOIN sessions s ON s.key = a.session"
                    + " WHERE a.session = ? AND a.decision IS NULL ORDER BY a.rowid", Rows::approval, hot.key)
                    .forEach(hot::keep);
        }
        return found;
    }

    Position position() {
        return new Position(session.epoch(), first, last);
    }

    Moment moment() {
        List<Run> runs = new ArrayList<>(open.values());
        runs.sort(Comparator.comparingLong(Run::ordinal));
        return new Moment(key, newestOrdinal, new SessionView(session, position(), runs, List.copyOf(waiting.values())));
    }

    /** The session as it stood once, without the runs that were over. */
    record Moment(long key, long newestOrdinal, SessionView view) {
        /** @param ended runs up to the newest ordinal that are over by now, more than a view shows of them */
        SessionView with(List<Run> ended) {
            Set<RunId> open = view.runs().stream().map(Run::id).collect(Collectors.toSet());
            Stream<Run> over = ended.stream().filter(run -> !open.contains(run.id())).limit(SessionView.ENDED_RUNS);
            return new SessionView(view.session(), view.position(), Stream.concat(view.runs().stream(), over)
                    .sorted(Comparator.comparingLong(Run::ordinal)).toList(), view.waiting());
        }
    }

    void keep(Run run) {
        newestOrdinal = Math.max(newestOrdinal, run.ordinal());
        live.remove(run.ordinal());
        queued.remove(run.ordinal());
        if (run.status().terminal()) {
            open.remove(run.id());
            return;
        }
        open.put(run.id(), run);
        (run.status().live() ? live : queued).put(run.ordinal(), run);
    }

    void keep(Approval approval) {
        if (approval.decision() == null) {
            waiting.put(approval.id(), approval);
        } else {
            waiting.remove(approval.id());
        }
    }
}
