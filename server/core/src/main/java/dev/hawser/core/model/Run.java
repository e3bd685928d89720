package dev.hawser.core.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/**
 * One agent execution inside a session, as the ledger keeps it.
 *
 * @param ordinal     place in the session's line, from 1
 * @param connection  the wire that asked for it; null where none did, as for HTTP
 * @param attempt     the fence: 0 before the first attempt, raised with each one
 * @param lost        attempts that ended without a word; at {@code 3} the run is given up
 * @param lease       who works on it now; null while nobody does
 * @param metadata    opaque, from the sender; null where none was given
 * @param notBefore   when it may start at the earliest; null for at once
 * @param cancelBy    set by a cancel: when the run is declared cancelled even if its agent has not stopped
 * @param resume      the decided approval that the next call of the agent carries; null where none does
 * @param startedAt   when the first attempt began; null before
 * @param endedAt     set with a terminal status
 * @param failure     set with {@link RunStatus#FAILED}
 */
public record Run(
        RunKey key, long ordinal, UserId user, ConnectionId connection, AgentName agent, RunStatus status, int attempt,
        int lost, Lease lease, MessageId message, String text, ObjectNode metadata, Instant createdAt, Instant notBefore, Instant startedAt,
        Instant endedAt, Instant cancelBy, ApprovalId resume, Fault failure) {

    /** A new run at the end of its session's line, asked for by no wire. */
    public static Run queued(
            RunKey key, long ordinal, UserId user, AgentName agent, MessageId message, String text, ObjectNode metadata,
            Instant createdAt, Instant notBefore) {
        return new Run(key, ordinal, user, null, agent, RunStatus.QUEUED, 0, 0, null, message, text, metadata, createdAt,
                notBefore, null, null, null, null, null);
    }

    /** The same, as asked for by that wire; null for none. */
    public Run askedOn(ConnectionId connection) {
        return new Run(key, ordinal, user, connection, agent, status, attempt, lost, lease, message, text, metadata,
                createdAt, notBefore, startedAt, endedAt, cancelBy, resume, failure);
    }

    /** Its id, unique in its tenant. */
    public RunId id() {
        return key.run();
    }

    /** The next attempt, held by the given lease. */
    public Run begun(Lease lease, Instant now) {
        return new Run(key, ordinal, user, connection, agent, RunStatus.RUNNING, attempt + 1, lost, lease, message, text, metadata,
                createdAt, notBefore, startedAt == null ? now : startedAt, null, cancelBy, resume, null);
    }

    /** The same in another status. */
    public Run with(RunStatus status) {
        return new Run(key, ordinal, user, connection, agent, status, attempt, lost, lease, message, text, metadata, createdAt,
                notBefore, startedAt, endedAt, cancelBy, resume, failure);
    }

    /** The same with another lease; null for none. */
    public Run with(Lease lease) {
        return new Run(key, ordinal, user, connection, agent, status, attempt, lost, lease, message, text, metadata, createdAt,
                notBefore, startedAt, endedAt, cancelBy, resume, failure);
    }

    /** Back in line: the live attempt is given up, and its number with it. */
    public Run requeued(int lost) {
        return new Run(key, ordinal, user, connection, agent, RunStatus.QUEUED, attempt, lost, null, message, text, metadata,
                createdAt, notBefore, startedAt, null, cancelBy, resume, null);
    }

    /** Taken from an executor while it waits: it goes on waiting under the next number, which shuts that executor out. */
    public Run orphaned() {
        return new Run(key, ordinal, user, connection, agent, status, attempt + 1, lost, null, message, text, metadata, createdAt,
                notBefore, startedAt, endedAt, cancelBy, resume, failure);
    }

    /** The same, to be cancelled at the latest then. */
    public Run cancelBy(Instant deadline) {
        return new Run(key, ordinal, user, connection, agent, status, attempt, lost, lease, message, text, metadata, createdAt,
                notBefore, startedAt, endedAt, deadline, resume, failure);
    }

    /** Set going again by a decision, which the agent's next call carries. */
    public Run resumedBy(ApprovalId approval) {
        return new Run(key, ordinal, user, connection, agent, RunStatus.RUNNING, attempt, lost, lease, message, text, metadata,
                createdAt, notBefore, startedAt, null, cancelBy, approval, null);
    }

    /** Over, for good. */
    public Run ended(RunStatus status, Instant now, Fault failure) {
        if (!status.terminal()) {
            throw new IllegalArgumentException(status + " is no end");
        }
        return new Run(key, ordinal, user, connection, agent, status, attempt, lost, null, message, text, metadata, createdAt,
                notBefore, startedAt, now, cancelBy, resume, failure);
    }
}
