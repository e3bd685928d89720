package dev.hawser.core.port;

import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.Approval;
import dev.hawser.core.model.ApprovalId;
import dev.hawser.core.model.ConnectionId;
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
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * What must not happen twice: sessions, runs, approvals and answers, changed under compare-and-set. The session is the unit
 * of consistency. Safe for all threads.
 */
public interface Ledger {

    /**
     * Runs {@code work} as one transaction over one session. Works on the same session never overlap, on any node, and take
     * effect in the order of their submission by one thread. Commits of many sessions share a group commit.
     *
     * <p>Does not block. The future completes once the effect is durable: first the futures of a group, in the order of
     * their submission, then the {@linkplain SessionLog#listen log's listeners} with its events. It completes on a thread of
     * the adapter, which must not be blocked.
     *
     * @param work may be called more than once, on any thread; it must do nothing but read and write its transaction, and
     *     what it throws undoes it and fails the future with the same exception
     * @return fails with {@link StoreException} where the store failed; then nothing took effect
     */
    <T> CompletableFuture<T> commit(SessionKey session, Function<SessionTx, T> work);

    /**
     * Calls {@code submit}, and begins the commits that it asks for on this thread only once it has returned: so whatever it
     * attaches to their futures runs before the log's listeners are told. Does not block beyond {@code submit}.
     */
    void afterwards(Runnable submit);

    /** The session with its runs that are not over and its waiting approvals, all of one moment. Blocks. */
    Optional<SessionView> view(SessionKey session);

    /**
     * The same of several sessions of a tenant, in the order of the ids, without those that are not there. Blocks, no longer for
     * many than for one.
     *
     * @param sessions at most 200, each once
     */
    List<SessionView> views(TenantId tenant, List<SessionId> sessions);

    /** Blocks. */
    Optional<Run> run(TenantId tenant, RunId run);

    /**
     * Where a run is, over all tenants: for agents whose key speaks for no tenant. An id that two tenants have taken leads to
     * neither. Blocks.
     */
    Optional<RunKey> locate(RunId run);

    /** The runs that are not over and were asked for on that wire, in no order. Blocks. */
    List<RunKey> asked(TenantId tenant, ConnectionId connection);

    /**
     * Runs of a tenant, the newest first, for those who look after it. Blocks.
     *
     * @param status only those; null for all
     * @param limit  1 to 200
     */
    List<Run> runs(TenantId tenant, RunStatus status, int limit);

    /** Blocks. */
    Optional<Approval> approval(TenantId tenant, ApprovalId approval);

    /**
     * Sessions of a tenant, the newest first. Blocks.
     *
     * @param owner  only this user's; null for all of the tenant
     * @param cursor where the page before ended; null for the first
     * @param limit  1 to 200
     */
    SessionPage sessions(TenantId tenant, UserId owner, String cursor, int limit);

    /**
     * What has become due and waits for somebody to act on it, over all tenants, in no order. Blocks.
     *
     * @param limit how many at most
     */
    List<Due> due(Instant now, int limit);

    /**
     * The user's queued runs for those agents whose {@code notBefore} is not after {@code now}, whether the queue holds them or
     * not, oldest first. Blocks.
     *
     * @param limit how many at most
     */
    List<RunKey> queued(TenantId tenant, UserId user, Set<AgentName> agents, Instant now, int limit);

    /** Every run that somebody holds a lease on, over all tenants: what a starting single node takes up again. Blocks. */
    List<RunKey> leased();

    /** Forgets answers to repeated commands whose window ended. Does not block. */
    CompletableFuture<Integer> forgetAnswers(Instant now);

    /** Something whose time has come. Acting on it twice must do no harm. */
    sealed interface Due {
        record ApprovalExpired(SessionKey session, ApprovalId approval) implements Due {}

        record CancelOverdue(RunKey run) implements Due {}

        record LeaseLapsed(RunKey run) implements Due {}

        /** A tool that a run has called on a device has not answered in time. */
        record CallOverdue(SessionKey session, ToolCallId call) implements Due {}
    }

    /** @param next the cursor of the next page; null where this was the last */
    record SessionPage(List<Session> sessions, String next) {}
}
