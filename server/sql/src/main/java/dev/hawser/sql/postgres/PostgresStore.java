package dev.hawser.sql.postgres;

import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.Approval;
import dev.hawser.core.model.ApprovalId;
import dev.hawser.core.model.Checkpoint;
import dev.hawser.core.model.ConnectionId;
import dev.hawser.core.model.Epoch;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.Position;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.RunStatus;
import dev.hawser.core.model.Session;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.ToolCallId;
import dev.hawser.core.model.UserId;
import dev.hawser.core.port.Connections;
import dev.hawser.core.port.DeviceLedger;
import dev.hawser.core.port.Members;
import dev.hawser.core.port.PageCursor;
import dev.hawser.core.port.SessionTx;
import dev.hawser.core.port.SessionView;
import dev.hawser.core.port.StoreException;
import dev.hawser.core.port.Tickets;
import dev.hawser.sql.Durability;
import dev.hawser.sql.Store;
import dev.hawser.sql.StoreMetrics;
import dev.hawser.sql.group.Hot;
import dev.hawser.sql.group.Refused;
import dev.hawser.sql.group.SessionQuery;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The store on PostgreSQL: log, ledger and queue in one database, which several nodes may share. A session's row is locked while
 * one of its works runs, on whichever node. Listeners are told of what this node commits only. Safe for all threads. Open from
 * {@link #open} to {@link #close}.
 *
 * <p>Where the connection is lost during a commit, the server is asked what became of it; a work fails with
 * {@link StoreException} without having taken no effect for sure only where the server stays away for seconds after that.
 */
public final class PostgresStore implements Store {
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Pool pool;
    private final Lanes lanes;
    private final Forgetting forgetting;

    private PostgresStore(Connector connector) throws SQLException {
        this.lanes = Lanes.open(connector);
        this.pool = new Pool(connector);
        this.forgetting = new Forgetting(pool);
    }

    /**
     * Opens the store of a database that {@link PostgresSchema#migrate} has made. Blocks.
     *
     * @param url {@code postgresql://user:password@host:port/database}
     * @throws StoreException where it cannot be reached, the schema is not this program's, or the role may do too much; the
     *     message may be shown to the operator and holds no password
     */
    public static PostgresStore open(String url, Durability durability) {
        Connector connector = new Connector(PostgresUrl.parse(url), durability);
        PostgresSchema.check(connector);
        try {
            return new PostgresStore(connector);
        } catch (SQLException e) {
            throw Unreachable.because(connector.url(), e);
        }
    }

    @Override
    public boolean shared() {
        return true;
    }

    @Override
    public Tickets tickets() {
        return new PostgresTickets(pool, forgetting);
    }

    @Override
    public Members members() {
        return new PostgresMembers(pool);
    }

    @Override
    public Connections connections() {
        return new PostgresConnections(pool, forgetting);
    }

    @Override
    public DeviceLedger devices() {
        return new PostgresDevices(pool, forgetting);
    }

    @Override
    public StoreMetrics metrics() {
        return lanes;
    }

    @Override
    public <T> CompletableFuture<T> commit(SessionKey session, Function<SessionTx, T> work) {
        return lanes.submit(session, group -> group.work(session, work));
    }

    @Override
    public void afterwards(Runnable submit) {
        lanes.afterwards(submit);
    }

    @Override
    public CompletableFuture<Void> keep(SessionKey session, Checkpoint checkpoint, long dropThrough) {
        if (dropThrough > checkpoint.sequence()) {
            throw new IllegalArgumentException("events beyond the checkpoint must stay");
        }
        byte[] messages = Json.bytes(checkpoint.messages());
        byte[] state = Sql.bytes(checkpoint.state());
        return lanes.submit(session, group -> {
            Slot slot = group.slot(session);
            if (slot == null) {
                throw new Refused(new IllegalStateException("no such session: " + session));
            }
            if (checkpoint.sequence() > slot.hot.last) {
                throw new Refused(new IllegalArgumentException("the checkpoint is ahead of the log"));
            }
            group.send();
            keep(group, session, slot, new Folded(checkpoint.sequence(), messages, state), dropThrough);
            return null;
        });
    }

    private record Folded(long sequence, byte[] messages, byte[] state) {}

    private static void keep(Group group, SessionKey session, Slot slot, Folded folded, long dropThrough)
            throws SQLException {
        Scope scope = Scope.of(session.tenant());
        Hot hot = slot.hot;
        int kept = group.sql().update(scope, "INSERT INTO checkpoints AS c (session, tenant, sequence, messages,"
                + " state) VALUES (?,?,?,?,?) ON CONFLICT (session) DO UPDATE SET sequence = excluded.sequence,"
                + " messages = excluded.messages, state = excluded.state WHERE c.sequence <= excluded.sequence",
                hot.key, session.tenant(), folded.sequence(), folded.messages(), folded.state());
        long first = Math.max(hot.first, dropThrough + 1);
        if (kept == 1 && first > hot.first) {
            group.sql().update(scope, "DELETE FROM events WHERE session = ? AND sequence < ?", hot.key, first);
            hot.first = first;
            slot.oldest = group.sql().one(scope, "SELECT time FROM events WHERE session = ? ORDER BY sequence LIMIT 1",
                    row -> row.getLong(1), hot.key).orElse(null);
            group.changed(session, slot);
        }
    }

    @Override
    public CompletableFuture<Integer> forgetAnswers(Instant now) {
        return forgetting.forget(Writes.ANSWERS, "answers", now);
    }

    private record Waiting(RunKey run, long since) {}

    /** A hint only: it need not be durable, and whoever is being claimed or changed elsewhere is passed over. */
    @Override
    public CompletableFuture<List<RunKey>> claim(
            Set<AgentName> agents, Set<TenantId> tenants, int max, Instant now, Instant hiddenUntil) {
        String[] names = agents.stream().map(AgentName::value).toArray(String[]::new);
        String[] only = tenants.isEmpty() ? null : tenants.stream().map(TenantId::value).toArray(String[]::new);
        return pool.write(sql -> {
            sql.statement("SET LOCAL synchronous_commit = off");
            List<Waiting> claimed = sql.list(Scope.WORKLIST, "UPDATE queue q SET visible_at = ? FROM (SELECT session, run"
                    + " FROM queue WHERE agent = ANY (?::text[])" + (only == null ? "" : " AND tenant = ANY (?::text[])")
                    + " AND visible_at <= ? ORDER BY since, session, run LIMIT ? FOR UPDATE SKIP LOCKED) c WHERE q.session = c.session AND q.run = c.run"
                    + " RETURNING q.tenant, q.session_id, q.run, q.since",
                    row -> new Waiting(Rows.runKey(row, "run"), row.getLong("since")),
                    only == null ? new Object[] {hiddenUntil, names, now, max} : new Object[] {hiddenUntil, names, only, now, max});
            List<Waiting> ordered = new ArrayList<>(claimed);
            ordered.sort((a, b) -> Long.compare(a.since(), b.since()));
            return ordered.stream().map(Waiting::run).toList();
        });
    }

    @Override
    public CompletableFuture<Void> revealAll() {
        return pool.write(sql -> {
            sql.update(Scope.WORKLIST, "UPDATE queue q SET visible_at = q.not_before FROM (SELECT session, run FROM queue"
                    + " WHERE visible_at <> not_before FOR UPDATE SKIP LOCKED) h"
                    + " WHERE q.session = h.session AND q.run = h.run");
            return null;
        });
    }

    @Override
    public Optional<SessionView> view(SessionKey session) {
        return pool.read(sql -> {
            Scope scope = Scope.of(session.tenant());
            Optional<Place> place = sql.one(scope, "SELECT key, epoch, first, last FROM heads WHERE tenant = ?"
                    + " AND session = ?", Place::of, session.tenant(), session.session());
            if (place.isEmpty()) {
                return Optional.empty();
            }
            long key = place.get().key();
            Session found = sql.one(scope, "SELECT " + Rows.SESSION + " FROM sessions s WHERE s.key = ?", Rows::session, key)
                    .orElseThrow();
            List<Run> runs = new ArrayList<>(sql.list(scope, Rows.RUN + " WHERE session = ? AND ended_at IS NOT NULL"
                    + " ORDER BY ordinal DESC LIMIT ?", Rows::run, key, SessionView.ENDED_RUNS));
            runs.addAll(sql.list(scope, Rows.RUN + " WHERE session = ? AND ended_at IS NULL", Rows::run, key));
            runs.sort((a, b) -> Long.compare(a.ordinal(), b.ordinal()));
            List<Approval> waiting = sql.list(scope, Rows.APPROVAL
                    + " WHERE session = ? AND decision IS NULL ORDER BY number", Rows::approval, key);
            return Optional.of(new SessionView(found, place.get().position(), runs, waiting));
        });
    }

    private record Place(long key, Position position) {
        static Place of(ResultSet row) throws SQLException {
            return new Place(row.getLong("key"),
                    new Position(new Epoch(row.getString("epoch")), row.getLong("first"), row.getLong("last")));
        }
    }

    @Override
    public Optional<Run> run(TenantId tenant, RunId run) {
        return pool.readOne(sql -> sql.one(Scope.of(tenant), Rows.RUN + " WHERE tenant = ? AND id = ?", Rows::run,
                tenant, run));
    }

    @Override
    public Optional<RunKey> locate(RunId run) {
        List<RunKey> found = pool.readOne(sql -> sql.list(Scope.WORKLIST, "SELECT tenant, session_id, id FROM run_places"
                + " WHERE id = ? LIMIT 2", row -> Rows.runKey(row, "id"), run));
        return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
    }

    @Override
    public List<RunKey> asked(TenantId tenant, ConnectionId connection) {
        return pool.readOne(sql -> sql.list(Scope.of(tenant), "SELECT tenant, session_id, id FROM runs"
                + " WHERE tenant = ? AND connection = ? AND ended_at IS NULL", row -> Rows.runKey(row, "id"),
                tenant, connection));
    }

    @Override
    public List<Run> runs(TenantId tenant, RunStatus status, int limit) {
        PageCursor.check(limit);
        StringBuilder select = new StringBuilder(Rows.RUN + " WHERE tenant = ?");
        List<Object> arguments = new ArrayList<>(List.of(tenant));
        if (status != null) {
            select.append(" AND status = ?");
            arguments.add(status.wire());
        }
        arguments.add(limit);
        return pool.readOne(sql -> sql.list(
                Scope.of(tenant), select + " ORDER BY id DESC LIMIT ?", Rows::run, arguments.toArray()));
    }

    @Override
    public Optional<Approval> approval(TenantId tenant, ApprovalId approval) {
        return pool.readOne(sql -> sql.one(Scope.of(tenant), Rows.APPROVAL + " WHERE tenant = ? AND id = ?", Rows::approval,
                tenant, approval));
    }

    @Override
    public SessionPage sessions(TenantId tenant, UserId owner, String cursor, int limit) {
        SessionQuery query = SessionQuery.of(Rows.SESSION, tenant, owner, cursor, limit);
        return pool.readOne(sql -> PageCursor.page(
                sql.list(Scope.of(tenant), query.sql(), Rows::session, query.arguments()), limit));
    }

    @Override
    public List<Due> due(Instant now, int limit) {
        return pool.readOne(sql -> sql.list(Scope.WORKLIST, "SELECT kind, id, tenant, session_id FROM deadlines"
                + " WHERE at <= ? ORDER BY at LIMIT ?", row -> {
                    SessionKey session = Rows.sessionKey(row, "session_id");
                    String id = row.getString("id");
                    int kind = row.getInt("kind");
                    return switch (kind) {
                        case Writes.APPROVAL_EXPIRES -> new Due.ApprovalExpired(session, new ApprovalId(id));
                        case Writes.CANCEL_OVERDUE -> new Due.CancelOverdue(new RunKey(session, new RunId(id)));
                        case Writes.CALL_OVERDUE -> new Due.CallOverdue(session, new ToolCallId(id));
                        case Writes.LEASE_LAPSES -> new Due.LeaseLapsed(new RunKey(session, new RunId(id)));
                        default -> throw new SQLException("a deadline of unknown kind " + kind);
                    };
                }, now, limit));
    }

    @Override
    public List<RunKey> queued(TenantId tenant, UserId user, Set<AgentName> agents, Instant now, int limit) {
        String[] names = agents.stream().map(AgentName::value).toArray(String[]::new);
        return pool.readOne(sql -> sql.list(Scope.of(tenant), "SELECT id, tenant, session_id FROM runs WHERE tenant = ?"
                + " AND user_id = ? AND ended_at IS NULL AND status = 'queued' AND agent = ANY (?::text[])"
                + " AND (not_before IS NULL OR not_before <= ?) ORDER BY created_at, session, ordinal LIMIT ?",
                row -> Rows.runKey(row, "id"), tenant, user, names, now, limit));
    }

    @Override
    public List<RunKey> leased() {
        return pool.readOne(sql -> sql.list(Scope.WORKLIST, "SELECT id, tenant, session_id FROM deadlines WHERE kind = ?",
                row -> Rows.runKey(row, "id"), Writes.LEASE_LAPSES));
    }

    @Override
    public Optional<Position> position(SessionKey session) {
        return pool.readOne(sql -> sql.one(Scope.of(session.tenant()), "SELECT key, epoch, first, last FROM heads"
                + " WHERE tenant = ? AND session = ?", Place::of, session.tenant(), session.session())).map(Place::position);
    }

    /** One statement: so a trim beside it leaves no hole. */
    @Override
    public Page page(SessionKey session, long after, int limit) {
        if (limit < 1 || limit > MAX_READ) {
            throw new IllegalArgumentException("a page has 1 to " + MAX_READ + " events");
        }
        List<Found> found = pool.readOne(sql -> sql.list(Scope.of(session.tenant()), "SELECT h.first, p.* FROM heads h"
                + " LEFT JOIN LATERAL (SELECT e.sequence, e.time, e.type, e.run, e.data,"
                + " sum(length(e.data)) OVER (ORDER BY e.sequence) - length(e.data) AS before"
                + " FROM (SELECT * FROM events WHERE session = h.key AND sequence > ? ORDER BY sequence LIMIT ?) e) p"
                + " ON p.before < ? WHERE h.tenant = ? AND h.session = ? ORDER BY p.sequence", Found::of,
                after, limit, MAX_READ_BYTES, session.tenant(), session.session()));
        return found.isEmpty() ? Page.NONE
                : new Page(found.getFirst().first(), found.stream().map(Found::event).filter(Objects::nonNull).toList());
    }

    /** @param event null in the one row of a page without events */
    private record Found(long first, Event event) {
        static Found of(ResultSet row) throws SQLException {
            return new Found(row.getLong("first"), row.getObject("sequence") == null ? null : Rows.event(row));
        }
    }

    @Override
    public Checkpoint checkpoint(SessionKey session) {
        return pool.readOne(sql -> sql.one(Scope.of(session.tenant()), "SELECT sequence, messages, state FROM checkpoints"
                + " WHERE session = (SELECT key FROM heads WHERE tenant = ? AND session = ?)",
                row -> new Checkpoint(row.getLong(1), Rows.messages(row.getBytes(2)), Sql.json(row, "state")),
                session.tenant(), session.session()).orElse(Checkpoint.START));
    }

    private record Candidate(SessionKey session, long key, long first, long last) {}

    /** Which sessions is a matter of their heads; up to which event, of their own rows. */
    @Override
    public List<Overlong> overlong(int maxEvents, Instant oldest, int limit) {
        return pool.read(sql -> {
            List<Candidate> candidates = sql.list(Scope.WORKLIST, "SELECT tenant, session, key, first, last FROM heads"
                    + " WHERE last - first >= ? OR oldest < ? ORDER BY tenant LIMIT ?",
                    row -> new Candidate(Rows.sessionKey(row, "session"), row.getLong("key"), row.getLong("first"),
                            row.getLong("last")), maxEvents, oldest, limit);
            List<Overlong> overlong = new ArrayList<>();
            for (Candidate one : candidates) {
                // Not beyond the first young event, whatever the clocks said after it.
                long aged = sql.one(Scope.of(one.session().tenant()), "SELECT coalesce((SELECT min(sequence) - 1 FROM events"
                        + " WHERE session = ? AND time >= ?), ?)", row -> row.getLong(1),
                        one.key(), oldest, one.last()).orElseThrow();
                overlong.add(new Overlong(one.session(), Math.max(one.last() - maxEvents, aged)));
            }
            return overlong;
        });
    }

    @Override
    public void listen(Listener listener) {
        lanes.listen(listener);
    }

    @Override
    public void whenDue(Consumer<Set<AgentName>> listener) {
        lanes.whenDue(listener);
    }

    @Override
    public void close() {
        if (!closed.getAndSet(true)) {
            lanes.close();
            pool.close();
        }
    }
}
