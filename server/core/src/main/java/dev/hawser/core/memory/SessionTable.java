package dev.hawser.core.memory;

import dev.hawser.core.model.Approval;
import dev.hawser.core.model.ApprovalId;
import dev.hawser.core.model.Checkpoint;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.Position;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.Session;
import dev.hawser.core.model.ToolCall;
import dev.hawser.core.model.ToolCallId;
import dev.hawser.core.model.UserId;
import dev.hawser.core.port.SessionLog;
import dev.hawser.core.port.SessionView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Everything kept of one session. Guarded by the store's lock. */
final class SessionTable {
    final Session session;
    /** By age: replacing one keeps its place. */
    final Map<ApprovalId, Approval> approvals = new LinkedHashMap<>();
    /** By age: replacing one keeps its place. */
    final Map<ToolCallId, ToolCall> calls = new LinkedHashMap<>();
    final Map<Command, Answer> answers = new HashMap<>();
    final NavigableMap<Long, Run> runs = new TreeMap<>();
    final Map<RunId, Long> ordinals = new HashMap<>();
    /** The event at index 0 has the sequence {@code first}. */
    final List<Event> events = new ArrayList<>();
    long first = 1;
    Checkpoint checkpoint = Checkpoint.START;

    SessionTable(Session session) {
        this.session = session;
    }

    record Command(UserId user, String id) {}

    record Answer(byte[] bytes, Instant until) {}

    long last() {
        return first + events.size() - 1;
    }

    Position position() {
        return new Position(session.epoch(), first, last());
    }

    Run run(RunId id) {
        Long ordinal = ordinals.get(id);
        return ordinal == null ? null : runs.get(ordinal);
    }

    Stream<Approval> waiting() {
        return approvals.values().stream().filter(approval -> approval.decision() == null);
    }

    List<Event> read(long after, int limit) {
        List<Event> page = new ArrayList<>();
        long bytes = 0;
        for (int i = (int) Math.max(0, Math.min(after + 1 - first, events.size())); i < events.size(); i++) {
            Event event = events.get(i);
            bytes += event.json().length;
            if (page.size() == limit || !page.isEmpty() && bytes > SessionLog.MAX_READ_BYTES) {
                break;
            }
            page.add(event);
        }
        return page;
    }

    /** The newest sequence beyond either bound; less than {@code first} where none is. */
    long outOfBounds(int maxEvents, Instant oldest) {
        long aged = events.stream().takeWhile(event -> event.time() < oldest.toEpochMilli()).count();
        return Math.max(last() - maxEvents, first - 1 + aged);
    }

    void drop(long through) {
        int count = (int) (Math.min(through, last()) - first + 1);
        if (count > 0) {
            events.subList(0, count).clear();
            first += count;
        }
    }

    SessionView view() {
        List<Run> shown = new ArrayList<>();
        int ended = 0;
        for (Run run : runs.descendingMap().values()) {
            if (!run.status().terminal() || ended++ < SessionView.ENDED_RUNS) {
                shown.add(run);
            }
        }
        shown.sort(Comparator.comparingLong(Run::ordinal));
        return new SessionView(session, position(), List.copyOf(shown), waiting().toList());
    }
}
