package dev.hawser.sql.postgres;

import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.Approval;
import dev.hawser.core.model.ApprovalId;
import dev.hawser.core.model.Checkpoint;
import dev.hawser.core.model.ConnectionId;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.Position;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.RunStatus;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import dev.hawser.core.port.Connections;
import dev.hawser.core.port.DeviceLedger;
import dev.hawser.core.port.Members;
import dev.hawser.core.port.SessionTx;
import dev.hawser.core.port.SessionView;
import dev.hawser.core.port.StoreException;
import dev.hawser.core.port.Tickets;
import dev.hawser.sql.Durability;
import dev.hawser.sql.Store;
import dev.hawser.sql.StoreMetrics;
import dev.hawser.sql.group.Hot;
import dev.hawser.sql.group.Refused;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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
    private final LedgerReads ledger;
    private final LogReads log;

    private PostgresStore(Connector connector) throws SQLException {
        this.lanes = Lanes.open(connector);
        this.pool = new Pool(connector);
        this.forgetting = new Forgetting(pool);
        this.ledger = new LedgerReads(pool);
        this.log = new LogReads(pool);
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
        return ledger.views(session.tenant(), List.of(session.session())).stream().findFirst();
    }

    @Override
    public List<SessionView> views(TenantId tenant, List<SessionId> sessions) {
        return ledger.views(tenant, sessions);
    }

    @Override
    public Optional<Run> run(TenantId tenant, RunId run) {
        return ledger.run(tenant, run);
    }

    @Override
    public Optional<RunKey> locate(RunId run) {
        return ledger.locate(run);
    }

    @Override
    public List<RunKey> asked(TenantId tenant, ConnectionId connection) {
        return ledger.asked(tenant, connection);
    }

    @Override
    public List<Run> runs(TenantId tenant, RunStatus status, int limit) {
        return ledger.runs(tenant, status, limit);
    }

    @Override
    public Optional<Approval> approval(TenantId tenant, ApprovalId approval) {
        return ledger.approval(tenant, approval);
    }

    @Override
    public SessionPage sessions(TenantId tenant, UserId owner, String cursor, int limit) {
        return ledger.sessions(tenant, owner, cursor, limit);
    }

    @Override
    public List<Due> due(Instant now, int limit) {
        return ledger.due(now, limit);
    }

    @Override
    public List<RunKey> queued(TenantId tenant, UserId user, Set<AgentName> agents, Instant now, int limit) {
        return ledger.queued(tenant, user, agents, now, limit);
    }

    @Override
    public List<RunKey> leased() {
        return ledger.leased();
    }

    @Override
    public Optional<Position> position(SessionKey session) {
        return log.position(session);
    }

    @Override
    public Page page(SessionKey session, long after, int limit) {
        return log.page(session, after, limit);
    }

    @Override
    public Checkpoint checkpoint(SessionKey session) {
        return log.checkpoint(session);
    }

    @Override
    public List<Overlong> overlong(int maxEvents, Instant oldest, int limit) {
        return log.overlong(maxEvents, oldest, limit);
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
