package dev.hawser.core.model;

import java.time.Instant;

/**
 * What is stored of a live wire: its claim ticket, by which it can be found and talked to. Times are to the millisecond.
 *
 * @param user           of that tenant
 * @param lastActivityAt when the client last said something
 * @param sourceIp       the client's address in its usual text form
 * @param userAgent      what the client calls itself; null where it does not
 * @param endpoint       the URL under which the gateway takes messages for it
 * @param until          from when on the wire counts as gone; renewed for as long as it lives
 */
public record ConnectionRecord(
        ConnectionId id, TenantId tenant, UserId user, Instant connectedAt, Instant lastActivityAt, String sourceIp,
        String userAgent, String endpoint, Instant until) {

    /** The same after what has happened on the wire since. Never goes back. */
    public ConnectionRecord with(Instant lastActivityAt, Instant until) {
        return new ConnectionRecord(id, tenant, user, connectedAt, later(this.lastActivityAt, lastActivityAt), sourceIp,
                userAgent, endpoint, later(this.until, until));
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
