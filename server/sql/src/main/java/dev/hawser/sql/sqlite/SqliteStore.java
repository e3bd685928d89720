package dev.hawser.sql.sqlite;

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
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The embedded store: log, ledger and queue in one SQLite file that this process has to itself. Safe for all threads. Open
 * from {@link #open} to {@link #close}.
 */
public final class SqliteStore implements Store {
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Database database;
    private final Sql sql;
    private final Readers readers;
    private final LedgerReads ledger;
    private final Writer writer;
    private final HotSessions sessions;
    private final LogReads log;

    private SqliteStore(Database database, Durability durability) throws SQLException {
        this.database = database;
        this.sql = database.writer(durability);
        this.readers = new Readers(database);
        this.ledger = new LedgerReads(readers);
        Log blocks = new Log();
        blocks.open(sql);
        this.log = new LogReads(readers, blocks);
        this.sessions = new HotSessions(sql, blocks);
        this.writer = new Writer(sql, database.checkpoints(), blocks, sessions);
    }

    /**
     * Opens the store of a data folder, made where it is missing. Blocks.
     *
     * @throws StoreException where another process has it or it cannot be used; the message may be shown to the operator
     */
    public static SqliteStore open(Path folder, Durability durability) {
        Database database = Database.take(folder);
        try {
            return new SqliteStore(database, durability);
        } catch (SQLException e) {
            database.close();
            throw new StoreException("the database in " + folder + " cannot be opened: " + e.getMessage(), e);
        } catch (StoreException e) {
            database.close();
            throw e;
        }
    }

    @Override
    public Tickets tickets() {
        return new SqliteTickets(writer);
    }

    @Override
    public Members members() {
        return new SqliteMembers(writer, readers);
    }

    @Override
    public DeviceLedger devices() {
        return new SqliteDevices(writer, readers);
    }

    @Override
    public boolean shared() {
        return false;
    }

    @Override
    public Connections connections() {
        return new SqliteConnections(writer, readers);
    }

    @Override
    public StoreMetrics metrics() {
        return writer;
    }

    @Override
    public <T> CompletableFuture<T> commit(SessionKey session, Function<SessionTx, T> work) {
        return writer.submit(group -> group.work(session, work));
    }

    @Override
    public void afterwards(Runnable submit) {
        writer.afterwards(submit);
    }

    @Override
    public CompletableFuture<Void> keep(SessionKey session, Checkpoint checkpoint, long dropThrough) {
        if (dropThrough > checkpoint.sequence()) {
            throw new IllegalArgumentException("events beyond the checkpoint must stay");
        }
        byte[] messages = Json.bytes(checkpoint.messages());
        return writer.submit(group -> {
            Hot hot = group.hot(session);
            if (hot == null) {
                throw new Refused(new IllegalStateException("no such session: " + session));
            }
            if (checkpoint.sequence() > hot.last) {
                throw new Refused(new IllegalArgumentException("the checkpoint is ahead of the log"));
            }
            long first = Math.max(hot.first, dropThrough + 1);
            int kept = group.sql().update("UPDATE sessions SET checkpoint = ?, messages = ?, state = ?, first = ?"
                            + " WHERE key = ? AND checkpoint <= ?", checkpoint.sequence(),
                    new String(messages, StandardCharsets.UTF_8), checkpoint.state(), first, hot.key, checkpoint.sequence());
            if (kept == 1 && first > hot.first) {
                group.sql().update("DELETE FROM blocks WHERE id BETWEEN ? AND ? AND last <= ?",
                        BlockIds.of(hot.key, 0), BlockIds.of(hot.key, dropThrough), dropThrough);
                hot.first = first;
            }
            return null;
        });
    }

    @Override
    public CompletableFuture<Integer> forgetAnswers(Instant now) {
        return writer.submit(group -> group.sql().update("DELETE FROM answers WHERE until <= ?", now));
    }

    @Override
    public CompletableFuture<List<RunKey>> claim(
            Set<AgentName> agents, Set<TenantId> tenants, int max, Instant now, Instant hiddenUntil) {
        String only = tenants.isEmpty() ? "" : " AND s.tenant IN (" + marks(tenants.size()) + ")";
        List<Object> arguments = new ArrayList<>(agents);
        arguments.addAll(tenants);
        arguments.add(now);
        arguments.add(max);
        return writer.submit(group -> {
            List<RunKey> claimed = group.sql().list("SELECT q.run, s.tenant, s.id AS session_id FROM queue q JOIN sessions s"
                    + " ON s.key = q.session WHERE q.agent IN (" + marks(agents.size()) + ")" + only + " AND q.visible_at <= ?"
                    + " ORDER BY q.since, q.session, q.run LIMIT ?", row -> Rows.runKey(row, "run"), arguments.toArray());
            for (RunKey run : claimed) {
                group.sql().update("UPDATE queue SET visible_at = ? WHERE session = ? AND run = ?",
                        hiddenUntil, group.hot(run.session()).key, run.run());
            }
            return claimed;
        });
    }

    private static String marks(int count) {
        return String.join(",", Collections.nCopies(count, "?"));
    }

    @Override
    public CompletableFuture<Void> revealAll() {
        return writer.submit(group -> {
            group.sql().update("UPDATE queue SET visible_at = not_before WHERE visible_at <> not_before");
            return null;
        });
    }

    @Override
    public Optional<SessionView> view(SessionKey session) {
        return views(session.tenant(), List.of(session.session())).stream().findFirst();
    }

    /** Asks the writer, who knows the sessions in use: only so are position, runs and approvals of one moment. */
    @Override
    public List<SessionView> views(TenantId tenant, List<SessionId> sessions) {
        return ledger.with(await(writer.submit(group -> {
            List<Hot.Moment> moments = new ArrayList<>();
            for (SessionId session : sessions) {
                Hot hot = group.hot(new SessionKey(tenant, session));
                if (hot != null) {
                    moments.add(hot.moment());
                }
            }
            return moments;
        })));
    }

    private <T> T await(CompletableFuture<T> future) {
        try {
            writer.begin();
            return future.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof StoreException failed ? failed : e;
        }
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
        return await(writer.submit(group -> Optional.ofNullable(group.hot(session)).map(Hot::position)));
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
        sessions.listen(listener);
    }

    @Override
    public void whenDue(Consumer<Set<AgentName>> listener) {
        sessions.whenDue(listener);
    }

    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        writer.close();
        readers.close();
        try {
            sql.close();
        } catch (SQLException e) {
            throw new StoreException("the store could not be closed", e);
        } finally {
            database.close();
        }
    }
}
