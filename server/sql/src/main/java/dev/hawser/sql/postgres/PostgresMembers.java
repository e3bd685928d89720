package dev.hawser.sql.postgres;

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

/** The tenants and memberships on PostgreSQL. Safe for all threads. */
final class PostgresMembers implements Members {
    private static final String MEMBER = "SELECT m.tenant, m.user_id, m.issuer, m.subject, m.active FROM members m";
    private static final String ACTIVE = MEMBER + " JOIN tenants t USING (tenant) WHERE m.active AND t.active";

    private final Pool pool;

    PostgresMembers(Pool pool) {
        this.pool = pool;
    }

    @Override
    public Optional<Tenant> tenant(TenantId tenant) {
        return pool.readOne(sql -> sql.one(Scope.of(tenant), "SELECT active FROM tenants WHERE tenant = ?",
                row -> new Tenant(tenant, row.getBoolean(1)), tenant));
    }

    @Override
    public CompletableFuture<Void> save(Tenant tenant) {
        return pool.write(sql -> {
            sql.update(Scope.of(tenant.id()), "INSERT INTO tenants (tenant, active) VALUES (?,?)"
                    + " ON CONFLICT (tenant) DO UPDATE SET active = excluded.active", tenant.id(), tenant.active());
            return null;
        });
    }

    @Override
    public CompletableFuture<Boolean> remove(TenantId tenant) {
        return pool.write(sql -> sql.update(Scope.of(tenant), "DELETE FROM tenants WHERE tenant = ?", tenant) == 1);
    }

    @Override
    public Optional<Member> member(TenantId tenant, UserId user) {
        return pool.readOne(sql -> sql.one(Scope.of(tenant), MEMBER + " WHERE m.tenant = ? AND m.user_id = ?",
                PostgresMembers::member, tenant, user));
    }

    @Override
    public List<Member> members(TenantId tenant, UserId after, int limit) {
        if (limit < 1 || limit > MAX_PAGE) {
            throw new IllegalArgumentException("a page has 1 to " + MAX_PAGE + " members");
        }
        return pool.readOne(sql -> sql.list(Scope.of(tenant), MEMBER + " WHERE m.tenant = ? AND m.user_id > ?"
                + " ORDER BY m.user_id LIMIT ?", PostgresMembers::member, tenant, after == null ? "" : after, limit));
    }

    /** The tenant's row is locked meanwhile: one membership of a tenant is entered at a time. */
    @Override
    public CompletableFuture<Saved> save(Member member) {
        return pool.write(sql -> {
            Scope scope = Scope.of(member.tenant());
            if (sql.one(scope, "SELECT 1 FROM tenants WHERE tenant = ? FOR UPDATE", row -> row.getInt(1),
                    member.tenant()).isEmpty()) {
                return Saved.NO_TENANT;
            }
            boolean taken = sql.one(scope, "SELECT user_id FROM members WHERE tenant = ? AND issuer = ? AND subject = ?",
                            row -> row.getString(1), member.tenant(), member.subject().issuer(), member.subject().name())
                    .filter(user -> !user.equals(member.user().value())).isPresent();
            if (taken) {
                return Saved.TAKEN;
            }
            sql.update(scope, "INSERT INTO members (tenant, user_id, issuer, subject, active) VALUES (?,?,?,?,?)"
                    + " ON CONFLICT (tenant, user_id) DO UPDATE SET issuer = excluded.issuer, subject = excluded.subject,"
                    + " active = excluded.active", member.tenant(), member.user(), member.subject().issuer(),
                    member.subject().name(), member.active());
            return Saved.DONE;
        });
    }

    @Override
    public CompletableFuture<Boolean> remove(TenantId tenant, UserId user) {
        return pool.write(sql -> sql.update(Scope.of(tenant), "DELETE FROM members WHERE tenant = ? AND user_id = ?",
                tenant, user) == 1);
    }

    @Override
    public Optional<Member> active(TenantId tenant, Subject subject) {
        return pool.readOne(sql -> sql.one(Scope.of(tenant), ACTIVE + " AND m.tenant = ? AND m.issuer = ? AND m.subject = ?",
                PostgresMembers::member, tenant, subject.issuer(), subject.name()));
    }

    @Override
    public Optional<Member> active(TenantId tenant, UserId user) {
        return pool.readOne(sql -> sql.one(Scope.of(tenant), ACTIVE + " AND m.tenant = ? AND m.user_id = ?",
                PostgresMembers::member, tenant, user));
    }

    @Override
    public List<Member> active(Subject subject, int limit) {
        return pool.readOne(sql -> sql.list(new Scope.Membership(subject), ACTIVE + " AND m.issuer = ? AND m.subject = ?"
                + " LIMIT ?", PostgresMembers::member, subject.issuer(), subject.name(), limit));
    }

    private static Member member(ResultSet row) throws SQLException {
        return new Member(new TenantId(row.getString("tenant")), new UserId(row.getString("user_id")),
                new Subject(row.getString("issuer"), row.getString("subject")), row.getBoolean("active"));
    }
}
