package dev.hawser.sql.postgres;

import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.Ticket;
import dev.hawser.core.model.UserId;
import dev.hawser.core.port.Tickets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The tickets on PostgreSQL. Safe for all threads. */
final class PostgresTickets implements Tickets {
    private final Pool pool;
    private final Forgetting forgetting;

    PostgresTickets(Pool pool, Forgetting forgetting) {
        this.pool = pool;
        this.forgetting = forgetting;
    }

    /** One user's are counted and kept one after another, on all nodes. */
    @Override
    public CompletableFuture<Boolean> keep(Ticket ticket, int most, Instant now) {
        Instant expiresAt = ticket.expiresAt().equals(Instant.MAX) ? null : ticket.expiresAt();
        return pool.write(sql -> {
            Scope scope = Scope.of(ticket.tenant());
            sql.one(scope, "SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", _ -> 0,
                    ticket.tenant() + "\n" + ticket.user());
            int held = sql.one(scope, "SELECT count(*) FROM tickets WHERE tenant = ? AND user_id = ? AND until > ?",
                    row -> row.getInt(1), ticket.tenant(), ticket.user(), now).orElseThrow();
            if (held >= most) {
                return false;
            }
            int kept = sql.update(scope, "INSERT INTO tickets (tenant, digest, user_id, expires_at, until)"
                    + " VALUES (?,?,?,?,?) ON CONFLICT DO NOTHING", ticket.tenant(), ticket.digest(), ticket.user(),
                    expiresAt, ticket.until());
            if (kept == 0) {
                throw new IllegalStateException("the ticket exists");
            }
            sql.update(scope, "INSERT INTO expiries (hour, kind, tenant) VALUES (?,?,?) ON CONFLICT DO NOTHING",
                    Writes.hour(ticket.until()), Writes.TICKETS, ticket.tenant());
            return true;
        });
    }

    @Override
    public CompletableFuture<Optional<Ticket>> redeem(TenantId tenant, String digest, Instant now) {
        return pool.write(sql -> sql.one(Scope.of(tenant), "DELETE FROM tickets WHERE tenant = ? AND digest = ?"
                + " AND until > ? RETURNING tenant, digest, user_id, expires_at, until", PostgresTickets::ticket,
                tenant, digest, now));
    }

    @Override
    public CompletableFuture<Integer> forgetTickets(Instant now) {
        return forgetting.forget(Writes.TICKETS, "tickets", now);
    }

    private static Ticket ticket(ResultSet row) throws SQLException {
        Instant expiresAt = Sql.time(row, "expires_at");
        return new Ticket(new TenantId(row.getString("tenant")), row.getString("digest"),
                new UserId(row.getString("user_id")), expiresAt == null ? Instant.MAX : expiresAt, Sql.time(row, "until"));
    }
}
