package dev.hawser.core.model;

import java.time.Instant;

/**
 * A question that a run puts to a person, and its answer once there is one.
 *
 * @param request   the question as the session's log holds it
 * @param expiresAt when it is decided by expiry; null for never
 * @param decision  null while it waits
 */
public record Approval(ApprovalId id, RunKey run, EventBody.ApprovalRequired request, Instant createdAt, Instant expiresAt,
        Decision decision) {

    /** The same with its decision. */
    public Approval decided(Decision decision) {
        return new Approval(id, run, request, createdAt, expiresAt, decision);
    }
}
