package dev.hawser.core.simulation;

import dev.hawser.core.model.Checkpoint;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.EventType;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.port.SessionLog;
import dev.hawser.core.session.MessageFold;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Knows everything that became durable, and says at once when a promise is broken. The first complaint is kept: whoever
 * swallows exceptions does not hide it.
 */
final class Judge implements SessionLog.Listener {
    private final Map<SessionKey, Truth> truths = new LinkedHashMap<>();
    /** Who works on a run, as far as anybody was told. */
    private final Map<String, Holder> holders = new HashMap<>();
    private AssertionError complaint;

    private record Holder(int attempt, Object who) {}

    /** What became durable of one session. */
    static final class Truth {
        final List<Event> events = new ArrayList<>();
        final String epoch;
        /** Each run with its end; null while it has none. */
        final Map<String, EventType> runs = new LinkedHashMap<>();
        /** Each question with its answer; null while it has none. */
        final Map<String, EventBody.ApprovalDecided> approvals = new LinkedHashMap<>();
        /** How often each text was said, with the run that it got. */
        final Map<String, String> said = new LinkedHashMap<>();
        final List<String> acted = new ArrayList<>();

        Truth(String epoch) {
            this.epoch = epoch;
        }

        long last() {
            return events.size();
        }

        Event event(long sequence) {
            return events.get((int) sequence - 1);
        }
    }

    /** Has an assertion that must hold. */
    void check(boolean holds, Object... what) {
        if (!holds) {
            StringBuilder text = new StringBuilder();
            for (Object part : what) {
                text.append(part).append(' ');
            }
            AssertionError broken = new AssertionError(text.toString());
            if (complaint == null) {
                complaint = broken;
            }
            throw broken;
        }
    }

    AssertionError complaint() {
        return complaint;
    }

    /** Null where nothing of the session is in its log. */
    Truth truth(SessionKey session) {
        return truths.get(session);
    }

    Map<SessionKey, Truth> truths() {
        return truths;
    }

    @Override
    public void appended(List<SessionLog.Appended> group) {
        for (SessionLog.Appended appended : group) {
            Truth truth = truths.computeIfAbsent(
                    appended.session(), _ -> new Truth(appended.epoch().value()));
            check(truth.epoch.equals(appended.epoch().value()), "the epoch changed in", appended.session());
            for (Event event : appended.events()) {
                check(event.sequence() == truth.last() + 1, "a hole in the log of", appended.session(), "before",
                        event.sequence());
                truth.events.add(event);
                add(appended.session(), truth, event);
            }
        }
    }

    private void add(SessionKey session, Truth truth, Event event) {
        String run = event.run() == null ? null : event.run().value();
        check(run == null || truth.runs.get(run) == null, "an event after the end of run", run, event.type());
        switch (event.body()) {
            case EventBody.MessageUser said -> {
                check(said.text().startsWith(session.tenant() + "/"), "said in a foreign tenant:", said.text());
                check(truth.said.putIfAbsent(said.text(), run) == null, "took effect twice:", said.text());
                check(!truth.runs.containsKey(run), "a run began twice", run);
                truth.runs.put(run, null);
            }
            case EventBody.ApprovalRequired asked -> {
                truths.forEach((key, any) -> check(!key.tenant().equals(session.tenant())
                        || !any.approvals.containsKey(asked.approvalId()), "asked twice", asked.approvalId()));
                truth.approvals.put(asked.approvalId(), null);
            }
            case EventBody.ApprovalDecided decided -> {
                check(truth.approvals.containsKey(decided.approvalId()), "never asked:", decided.approvalId());
                check(truth.approvals.put(decided.approvalId(), decided) == null, "decided twice",
                        decided.approvalId());
            }
            case EventBody.UiAction action -> {
                String id = action.action().path("id").textValue();
                check(id == null || !truth.acted.contains(id), "acted twice", id);
                truth.acted.add(id);
            }
            case EventBody.TextDelta delta -> check(
                    delta.delta().startsWith(session.tenant() + "/"), "written in a foreign tenant:", delta.delta());
            case EventBody.RunStarted _, EventBody.RunWaiting _, EventBody.RunRestarted _, EventBody.Thinking _,
                    EventBody.TextDone _, EventBody.ToolCall _, EventBody.ToolResult _, EventBody.SubagentStarted _,
                    EventBody.SubagentEnded _, EventBody.StateSnapshot _, EventBody.StateDelta _, EventBody.Custom _,
                    EventBody.RunCompleted _, EventBody.RunFailed _, EventBody.RunCancelled _,
                    EventBody.RunAbandoned _ -> { }
        }
        if (event.type().terminal()) {
            truth.runs.put(run, event.type());
        }
    }

    /** Somebody learns that it works on a run; perhaps so late that another attempt has begun meanwhile. */
    void began(RunId run, int attempt, Object who) {
        holders.merge(run.value(), new Holder(attempt, who), (old, fresh) -> fresh.attempt >= old.attempt ? fresh : old);
    }

    /** Something of the holder was taken. */
    void stored(RunId run, Object who) {
        check(holders.get(run.value()).who == who, "a stale attempt was let write to", run);
    }

    /** The messages as they were at that sequence. */
    Checkpoint fold(SessionKey session, long through) {
        MessageFold fold = new MessageFold(Checkpoint.START);
        Truth truth = truths.get(session);
        if (truth != null) {
            truth.events.subList(0, (int) through).forEach(fold::apply);
        }
        return fold.checkpoint();
    }

    /** Whether every run that was ever accepted has ended. */
    boolean allOver() {
        return truths.values().stream().allMatch(truth -> truth.runs.values().stream().noneMatch(end -> end == null));
    }

    /** What has to hold once everything has come to rest. */
    void finish() {
        truths.forEach((session, truth) -> {
            truth.runs.forEach((run, end) -> check(end != null, "never ended: run", run, "of", session));
            truth.approvals.forEach((approval, decided) -> check(decided != null, "never decided:", approval));
        });
    }
}
