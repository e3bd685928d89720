package dev.hawser.sql.sqlite;

import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.Ticket;
import dev.hawser.core.model.UserId;
import dev.hawser.core.port.Tickets;
import dev.hawser.sql.group.Refused;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The tickets of the embedded store: every decision is made by the one thread that writes. Safe for all threads. */
final class SqliteTickets implements Tickets {
    private final Writer writer;

    SqliteTickets(Writer writer) {
        this.writer = writer;
    }

    @Override
    public CompletableFuture<Boolean> keep(Ticket ticket, int most, Instant now) {
        Instant expiresAt = ticket.expiresAt().equals(Instant.MAX) ? null : ticket.expiresAt();
        return writer.submit(group -> {
            int held = group.sql().one("SELECT count(*) FROM tickets WHERE tenant = ? AND user = ? AND until > ?",
                    row -> row.getInt(1), ticket.tenant(), ticket.user(), now).orElseThrow();
            if (held >= most) {
                return false;
            }
            int kept = group.sql().update("INSERT INTO tickets (tenant, digest, user, expires_at, until) VALUES (?,?,?,?,?)"
                    + " ON CONFLICT DO NOTHING", ticket.tenant(), ticket.digest(), ticket.user(), expiresAt, ticket.until());
            if (kept == 0) {
                throw new Refused(new IllegalStateException("the ticket exists"));
            }
            return true;
        });
    }

    @Override
    public CompletableFuture<Optional<Ticket>> redeem(TenantId tenant, String digest, Instant now) {
        return writer.submit(group -> group.sql().one("DELETE FROM tickets WHERE tenant = ? AND digest = ? AND until > ?"
                + " RETURNING tenant, digest, user, expires_at, until", SqliteTickets::ticket, tenant, digest, now));
    }

    @Override
    public CompletableFuture<Integer> forgetTickets(Instant now) {
        return writer.submit(group -> group.sql().update("DELETE FROM tickets WHERE until <= ?", now));
    }

    private static Ticket ticket(ResultSet row) throws SQLException {
        Instant expiresAt = Sql.time(row, "expires_at");
        return new Ticket(new TenantId(row.getString("tenant")), row.getString("digest"), new UserId(row.getString("user")),
                expiresAt == null ? Instant.MAX : expiresAt, Sql.time(row, "until"));
    }
}
