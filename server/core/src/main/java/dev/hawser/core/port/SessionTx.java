package dev.hawser.core.port;

import dev.hawser.core.model.Approval;
import dev.hawser.core.model.ApprovalId;
import dev.hawser.core.model.NewEvent;
import dev.hawser.core.model.Position;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.Session;
import dev.hawser.core.model.ToolCall;
import dev.hawser.core.model.ToolCallId;
import dev.hawser.core.model.UserId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One transaction over one session. It reads its own writes. Valid only inside the call of {@link Ledger#commit} that it
 * was handed to, on that thread.
 */
public interface SessionTx {

    Optional<Session> session();

    /**
     * Creates the session of this transaction with an empty log.
     *
     * @throws IllegalStateException where it exists
     */
    void create(Session session);

    /** Where the log stands, with what this transaction has appended. */
    Position position();

    Optional<Run> run(RunId run);

    /** The number that the session's next run gets: one more than its newest run's, 1 for the first. */
    long nextOrdinal();

    /** The session's runs that are running or waiting, oldest first. */
    List<Run> live();

    /**
     * How many of the user's runs are not over, in whichever sessions of the tenant, but at most {@code limit}. Counts what this
     * transaction has saved; misses at most what other nodes decide at the same moment.
     */
    int pending(UserId user, int limit);

    /** The oldest queued run whose {@code notBefore} is not after {@code now}; empty where none is. */
    Optional<Run> firstQueued(Instant now);

    /**
     * Inserts the run, or replaces the one of the same id. A transaction that takes the id of another session's run fails,
     * here or at its end.
     *
     * @throws IllegalArgumentException where the ordinal is neither the run's own nor, for a new run, beyond all others
     */
    void save(Run run);

    /** The approval of that id in the session's tenant, of whichever of its sessions. */
    Optional<Approval> approval(ApprovalId approval);

    /** The run's approvals without a decision, oldest first. */
    List<Approval> waiting(RunId run);

    /** Inserts the approval, or replaces the one of the same id. */
    void save(Approval approval);

    /** The call of a tool of that id in the session's tenant, whoever asked for it. */
    Optional<ToolCall> call(ToolCallId call);

    /** The run's calls of tools on devices that have no outcome yet, oldest first. */
    List<ToolCall> calls(RunId run);

    /**
     * Inserts the call, or replaces the one of the same id. It must be one that a run of this session has asked for; a
     * transaction that takes the id of another's call fails, here or at its end.
     */
    void save(ToolCall call);

    /** What was answered to the user's command of that id in this session, as {@link #answer} kept it. */
    Optional<byte[]> answered(UserId user, String commandId);

    /** Keeps the answer to a command until its window ends. */
    void answer(UserId user, String commandId, byte[] answer, Instant until);

    /**
     * Puts the run in the queue of its agent, to be {@linkplain RunQueue#claim handed out} not before the given time. A run is
     * in the queue once at most; offering it again moves it.
     *
     * @param notBefore null for at once
     */
    void offer(Run run, Instant notBefore);

    /** Takes the run out of the queue; without effect where it is not in it. */
    void withdraw(RunId run);

    /**
     * Appends an event to the session's log.
     *
     * @param time becomes the event's time
     * @return its sequence
     */
    long append(NewEvent event, Instant time);
}
