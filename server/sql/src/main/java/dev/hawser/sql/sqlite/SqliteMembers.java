package dev.hawser.sql.sqlite;

import dev.hawser.core.model.Member;
import dev.hawser.core.model.Subject;
import dev.hawser.core.model.Tenant;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import dev.hawser.core.port.Members;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The tenants and memberships of the embedded store. Safe for all threads. */
final class SqliteMembers implements Members {
    private static final String MEMBER = "SELECT m.tenant, m.user, m.issuer, m.subject, m.active FROM members m";
    private static final String ACTIVE = MEMBER + " JOIN tenants t ON t.id = m.tenant WHERE m.active AND t.active";

    private final Writer writer;
    private final Readers readers;

    SqliteMembers(Writer writer, Readers readers) {
        this.writer = writer;
        this.readers = readers;
    }

    @Override
    public Optional<Tenant> tenant(TenantId tenant) {
        return readers.read(sql -> sql.one("SELECT active FROM tenants WHERE id = ?",
                row -> new Tenant(tenant, row.getBoolean(1)), tenant));
    }

    @Override
    public CompletableFuture<Void> save(Tenant tenant) {
        return writer.submit(group -> {
            group.sql().update("INSERT OR REPLACE INTO tenants (id, active) VALUES (?,?)", tenant.id(), bit(tenant.active()));
            return null;
        });
    }

    @Override
    public CompletableFuture<Boolean> remove(TenantId tenant) {
        return writer.submit(group -> {
            group.sql().update("DELETE FROM members WHERE tenant = ?", tenant);
            return group.sql().update("DELETE FROM tenants WHERE id = ?", tenant) == 1;
        });
    }

    @Override
    public Optional<Member> member(TenantId tenant, UserId user) {
        return readers.read(sql -> sql.one(MEMBER + " WHERE m.tenant = ? AND m.user = ?", SqliteMembers::member, tenant, user));
    }

    @Override
    public List<Member> members(TenantId tenant, UserId after, int limit) {
        if (limit < 1 || limit > MAX_PAGE) {
            throw new IllegalArgumentException("a page has 1 to " + MAX_PAGE + " members");
        }
        return readers.read(sql -> sql.list(MEMBER + " WHERE m.tenant = ? AND m.user > ? ORDER BY m.user LIMIT ?",
                SqliteMembers::member, tenant, after == null ? "" : after, limit));
    }

    @Override
    public CompletableFuture<Saved> save(Member member) {
        return writer.submit(group -> {
            if (group.sql().one("SELECT 1 FROM tenants WHERE id = ?", row -> row.getInt(1), member.tenant()).isEmpty()) {
                return Saved.NO_TENANT;
            }
            boolean taken = group.sql().one("SELECT user FROM members WHERE tenant = ? AND issuer = ? AND subject = ?",
                            row -> row.getString(1), member.tenant(), member.subject().issuer(), member.subject().name())
                    .filter(user -> !user.equals(member.user().value())).isPresent();
            if (taken) {
                return Saved.TAKEN;
            }
            group.sql().update("INSERT OR REPLACE INTO members (tenant, user, issuer, subject, active) VALUES (?,?,?,?,?)",
                    member.tenant(), member.user(), member.subject().issuer(), member.subject().name(), bit(member.active()));
            return Saved.DONE;
        });
    }

    @Override
    public CompletableFuture<Boolean> remove(TenantId tenant, UserId user) {
        return writer.submit(group ->
                group.sql().update("DELETE FROM members WHERE tenant = ? AND user = ?", tenant, user) == 1);
    }

    @Override
    public Optional<Member> active(TenantId tenant, Subject subject) {
        return readers.read(sql -> sql.one(ACTIVE + " AND m.tenant = ? AND m.issuer = ? AND m.subject = ?",
                SqliteMembers::member, tenant, subject.issuer(), subject.name()));
    }

    @Override
    public Optional<Member> active(TenantId tenant, UserId user) {
        return readers.read(sql -> sql.one(ACTIVE + " AND m.tenant = ? AND m.user = ?", SqliteMembers::member, tenant, user));
    }

    @Override
    public List<Member> active(Subject subject, int limit) {
        return readers.read(sql -> sql.list(ACTIVE + " AND m.issuer = ? AND m.subject = ? LIMIT ?",
                SqliteMembers::member, subject.issuer(), subject.name(), limit));
    }

    private static int bit(boolean flag) {
        return flag ? 1 : 0;
    }

    private static Member member(ResultSet row) throws SQLException {
        return new Member(new TenantId(row.getString("tenant")), new UserId(row.getString("user")),
                new Subject(row.getString("issuer"), row.getString("subject")), row.getBoolean("active"));
    }
}
