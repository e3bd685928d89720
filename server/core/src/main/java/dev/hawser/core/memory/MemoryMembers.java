package dev.hawser.core.memory;

import dev.hawser.core.model.Member;
import dev.hawser.core.model.Subject;
import dev.hawser.core.model.Tenant;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import dev.hawser.core.port.Members;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Tenants and their members in memory. Its futures are complete when it returns. Safe for all threads. */
public final class MemoryMembers implements Members {
    private final Map<TenantId, Tenant> tenants = new HashMap<>();
    private final Map<Name, Member> members = new HashMap<>();

    private record Name(TenantId tenant, UserId user) {
        static Name of(Member member) {
            return new Name(member.tenant(), member.user());
        }
    }

    @Override
    public synchronized Optional<Tenant> tenant(TenantId tenant) {
        return Optional.ofNullable(tenants.get(tenant));
    }

    @Override
    public synchronized CompletableFuture<Void> save(Tenant tenant) {
        tenants.put(tenant.id(), tenant);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public synchronized CompletableFuture<Boolean> remove(TenantId tenant) {
        members.keySet().removeIf(name -> name.tenant().equals(tenant));
        return CompletableFuture.completedFuture(tenants.remove(tenant) != null);
    }

    @Override
    public synchronized Optional<Member> member(TenantId tenant, UserId user) {
        return Optional.ofNullable(members.get(new Name(tenant, user)));
    }

    @Override
    public synchronized List<Member> members(TenantId tenant, UserId after, int limit) {
        if (limit < 1 || limit > MAX_PAGE) {
            throw new IllegalArgumentException("a page has 1 to " + MAX_PAGE + " members");
        }
        return members.values().stream()
                .filter(member -> member.tenant().equals(tenant))
                .filter(member -> after == null || member.user().value().compareTo(after.value()) > 0)
                .sorted(Comparator.comparing(member -> member.user().value()))
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized CompletableFuture<Saved> save(Member member) {
        boolean taken = members.values().stream().anyMatch(other -> other.tenant().equals(member.tenant())
                && other.subject().equals(member.subject()) && !other.user().equals(member.user()));
        if (!tenants.containsKey(member.tenant()) || taken) {
            return CompletableFuture.completedFuture(taken ? Saved.TAKEN : Saved.NO_TENANT);
        }
        members.put(Name.of(member), member);
        return CompletableFuture.completedFuture(Saved.DONE);
    }

    @Override
    public synchronized CompletableFuture<Boolean> remove(TenantId tenant, UserId user) {
        return CompletableFuture.completedFuture(members.remove(new Name(tenant, user)) != null);
    }

    @Override
    public synchronized Optional<Member> active(TenantId tenant, Subject subject) {
        return active().filter(member -> member.tenant().equals(tenant) && member.subject().equals(subject)).findFirst();
    }

    @Override
    public synchronized Optional<Member> active(TenantId tenant, UserId user) {
        return active().filter(member -> member.tenant().equals(tenant) && member.user().equals(user)).findFirst();
    }

    @Override
    public synchronized List<Member> active(Subject subject, int limit) {
        return active().filter(member -> member.subject().equals(subject)).limit(limit).toList();
    }

    private Stream<Member> active() {
        return members.values().stream().filter(member -> member.active() && tenants.get(member.tenant()).active());
    }
}
