package dev.hawser.core.memory;

import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.Approval;
import dev.hawser.core.model.ApprovalId;
import dev.hawser.core.model.ConnectionId;
import dev.hawser.core.model.DeviceKey;
import dev.hawser.core.model.DeviceOffer;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.RunStatus;
import dev.hawser.core.model.Session;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.ToolCall;
import dev.hawser.core.model.ToolCallId;
import dev.hawser.core.model.UserId;
import dev.hawser.core.port.Ledger.Due;
import dev.hawser.core.port.Ledger.SessionPage;
import dev.hawser.core.port.PageCursor;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Everything kept. Guarded by the store's lock. */
final class Tables {
    final Map<SessionKey, SessionTable> sessions = new LinkedHashMap<>();
    final Map<RunName, SessionKey> runs = new HashMap<>();
    final Map<ApprovalName, SessionKey> approvals = new HashMap<>();
    /** Those that a run asked for, by session; those that a person asked for, themselves. */
    final Map<CallName, SessionKey> calls = new HashMap<>();
    final Map<CallName, FreeCall> freeCalls = new HashMap<>();
    final Map<DeviceKey, Remembered> devices = new HashMap<>();
    final QueueTable queue = new QueueTable();

    record RunName(TenantId tenant, RunId run) {}

    record ApprovalName(TenantId tenant, ApprovalId approval) {}

    record CallName(TenantId tenant, ToolCallId call) {}

    record Remembered(DeviceOffer offer, Instant at) {}

    /** A call that no run asked for. */
    record FreeCall(ToolCall call, Instant until) {}

    Run run(TenantId tenant, RunId run) {
        SessionKey session = runs.get(new RunName(tenant, run));
        return session == null ? null : sessions.get(session).run(run);
    }

    Optional<RunKey> locate(RunId run) {
        List<RunKey> found = runs.entrySet().stream()
                .filter(entry -> entry.getKey().run().equals(run))
                .map(entry -> new RunKey(entry.getValue(), run))
                .toList();
        return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
    }

    List<RunKey> asked(TenantId tenant, ConnectionId connection) {
        return sessions.values().stream()
                .filter(table -> table.session.key().tenant().equals(tenant))
                .flatMap(table -> table.runs.values().stream())
                .filter(run -> !run.status().terminal() && connection.equals(run.connection()))
                .map(Run::key)
                .toList();
    }

    List<Run> runs(TenantId tenant, RunStatus status, int limit) {
        return sessions.values().stream()
                .filter(table -> table.session.key().tenant().equals(tenant))
                .flatMap(table -> table.runs.values().stream())
                .filter(run -> status == null || run.status() == status)
                .sorted(Comparator.comparing((Run run) -> run.id().value()).reversed())
                .limit(limit)
                .toList();
    }

    Approval approval(TenantId tenant, ApprovalId approval) {
        SessionKey session = approvals.get(new ApprovalName(tenant, approval));
        return session == null ? null : sessions.get(session).approvals.get(approval);
    }

    ToolCall call(TenantId tenant, ToolCallId call) {
        CallName name = new CallName(tenant, call);
        FreeCall free = freeCalls.get(name);
        SessionKey session = calls.get(name);
        return free != null ? free.call() : session == null ? null : sessions.get(session).calls.get(call);
    }

    List<RunKey> queued(TenantId tenant, UserId user, Set<AgentName> agents, Instant now, int limit) {
        return sessions.values().stream()
                .filter(table -> table.session.key().tenant().equals(tenant))
                .flatMap(table -> table.runs.values().stream())
                .filter(run -> run.status() == RunStatus.QUEUED && run.user().equals(user) && agents.contains(run.agent()))
                .filter(run -> run.notBefore() == null || !run.notBefore().isAfter(now))
                .sorted(Comparator.comparing(Run::createdAt))
                .limit(limit)
                .map(Run::key)
                .toList();
    }

    SessionPage page(TenantId tenant, UserId owner, PageCursor after, int limit) {
        List<Session> found = sessions.values().stream()
                .map(table -> table.session)
                .filter(session -> session.key().tenant().equals(tenant))
                .filter(session -> owner == null || session.owner().equals(owner))
                .filter(session -> after == null || PageCursor.of(session).compareTo(after) > 0)
                .sorted((a, b) -> PageCursor.of(a).compareTo(PageCursor.of(b)))
                .limit(limit + 1L)
                .toList();
        return PageCursor.page(found, limit);
    }

    List<Due> due(Instant now, int limit) {
        return sessions.values().stream().flatMap(table -> due(table, now)).limit(limit).toList();
    }

    private static Stream<Due> due(SessionTable table, Instant now) {
        List<Due> due = new ArrayList<>();
        Predicate<Instant> past = time -> time != null && !time.isAfter(now);
        table.waiting().filter(approval -> past.test(approval.expiresAt()))
                .forEach(approval -> due.add(new Due.ApprovalExpired(table.session.key(), approval.id())));
        table.calls.values().stream().filter(call -> call.isOpen() && past.test(call.deadline()))
                .forEach(call -> due.add(new Due.CallOverdue(table.session.key(), call.id())));
        for (Run run : table.runs.values()) {
            if (!run.status().terminal() && past.test(run.cancelBy())) {
                due.add(new Due.CancelOverdue(run.key()));
            }
            if (run.lease() != null && past.test(run.lease().until())) {
                due.add(new Due.LeaseLapsed(run.key()));
            }
        }
        return due.stream();
    }

    List<RunKey> leased() {
        return sessions.values().stream()
                .flatMap(table -> table.runs.values().stream())
                .filter(run -> run.lease() != null)
                .map(Run::key)
                .toList();
    }

    int forgetAnswers(Instant now) {
        int before = answers();
        sessions.values().forEach(table -> table.answers.values().removeIf(answer -> !answer.until().isAfter(now)));
        return before - answers();
    }

    private int answers() {
        return sessions.values().stream().mapToInt(table -> table.answers.size()).sum();
    }
}
