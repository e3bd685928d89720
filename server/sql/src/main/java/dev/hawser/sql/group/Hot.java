package dev.hawser.sql.group;

import dev.hawser.core.model.ApprovalId;
import dev.hawser.core.model.Approval;
import dev.hawser.core.model.Position;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.Session;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.ToolCall;
import dev.hawser.core.model.ToolCallId;
import dev.hawser.core.port.SessionView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a writer keeps in memory of a session in use, so that an append needs no query. Only one thread touches it at a time. */
public final class Hot {
    public final long key;
    public final Session session;
    public long first;
    public long last;
    public long newestOrdinal;
    /** Runs that are not over, by id. */
    public final Map<RunId, Run> open = new HashMap<>();
    public final TreeMap<Long, Run> live = new TreeMap<>();
    public final TreeMap<Long, Run> queued = new TreeMap<>();
    /** Approvals without a decision, oldest first. */
    public final Map<ApprovalId, Approval> waiting = new LinkedHashMap<>();
    /** Calls of tools without an outcome, oldest first. */
    public final Map<ToolCallId, ToolCall> calls = new LinkedHashMap<>(2);

    public Hot(long key, Session session, long first, long last, long newestOrdinal) {
        this.key = key;
        this.session = session;
        this.first = first;
        this.last = last;
        this.newestOrdinal = newestOrdinal;
    }

    public Position position() {
        return new Position(session.epoch(), first, last);
    }

    public Moment moment() {
        List<Run> runs = new ArrayList<>(open.values());
        runs.sort(Comparator.comparingLong(Run::ordinal));
        return new Moment(key, newestOrdinal, new SessionView(session, position(), runs, List.copyOf(waiting.values())));
    }

    /** The session as it stood once, without the runs that were over. */
    public record Moment(long key, long newestOrdinal, SessionView view) {
        /** @param ended runs up to the newest ordinal that are over by now, more than a view shows of them */
        public SessionView with(List<Run> ended) {
            Set<RunId> open = view.runs().stream().map(Run::id).collect(Collectors.toSet());
            Stream<Run> over = ended.stream().filter(run -> !open.contains(run.id())).limit(SessionView.ENDED_RUNS);
            return new SessionView(view.session(), view.position(), Stream.concat(view.runs().stream(), over)
                    .sorted(Comparator.comparingLong(Run::ordinal)).toList(), view.waiting());
        }
    }

    public void keep(Run run) {
        newestOrdinal = Math.max(newestOrdinal, run.ordinal());
        live.remove(run.ordinal());
        queued.remove(run.ordinal());
        if (run.status().terminal()) {
            open.remove(run.id());
            return;
        }
        open.put(run.id(), run);
        (run.status().live() ? live : queued).put(run.ordinal(), run);
    }

    public void keep(ToolCall call) {
        if (call.isOpen()) {
            calls.put(call.id(), call);
        } else {
            calls.remove(call.id());
        }
    }

    public void keep(Approval approval) {
        if (approval.decision() == null) {
            waiting.put(approval.id(), approval);
        } else {
            waiting.remove(approval.id());
        }
    }
}
