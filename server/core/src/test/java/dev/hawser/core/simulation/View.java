package dev.hawser.core.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.Epoch;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.RunStatus;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.Snapshot;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What one client has been told of one session. Every event must be the next one, and be the one in the log. */
final class View {
    private static final long UNKNOWN = -1;

    final SessionKey session;
    private final Judge judge;
    private final String client;
    /** The next sequence, where the wire watches the session and has said where it is. */
    private long next = UNKNOWN;
    private boolean watched;
    private boolean mayBegin;
    /** Whether the session is known to exist. */
    private boolean known;
    /** The last sequence known without a hole. */
    private long last;

    View(SessionKey session, Judge judge, String client) {
        this.session = session;
        this.judge = judge;
        this.client = client;
    }

    /** Where to go on after a cut. */
    long last() {
        return last;
    }

    String epoch() {
        Judge.Truth truth = judge.truth(session);
        return truth == null ? null : truth.epoch;
    }

    boolean watched() {
        return watched;
    }

    boolean known() {
        return known;
    }

    void exists() {
        known = true;
    }

    /** The wire may begin to deliver from wherever the log is: the client has talked to the session. */
    void mentioned() {
        mayBegin = true;
    }

    void unwatched() {
        watched = false;
    }

    /** The wire is gone, and with it whatever was said on it. */
    void lost() {
        watched = false;
        mayBegin = false;
    }

    /** The server has said where it goes on from. */
    void based(long from) {
        watched = true;
        known = true;
        next = from;
        last = from - 1;
    }

    /** A conversation is announced; one that is watched already goes on as it is. */
    void created(long lastSequence) {
        known = true;
        if (!watched && !mayBegin) {
            based(lastSequence + 1);
        }
    }

    void event(long sequence, byte[] frame) {
        if (!watched && mayBegin) {
            watched = true;
            mayBegin = false;
            next = UNKNOWN;
        }
        judge.check(watched, client, "got an event of a session that it does not watch", session, sequence);
        judge.check(next == UNKNOWN || sequence == next, client, "expected", next, "but got", sequence, "of", session);
        Judge.Truth truth = judge.truth(session);
        judge.check(truth != null && sequence <= truth.last(), client, "got what is not in the log", session, sequence);
        Event event = truth.event(sequence);
        judge.check(Arrays.equals(frame, Node.DIALECT.encode(session, new Epoch(truth.epoch), event)),
                client, "got another event than the log has", session, sequence);
        next = sequence + 1;
        last = sequence;
    }

    /** Whether everything that is in the log was told. */
    boolean level() {
        Judge.Truth truth = judge.truth(session);
        return !watched || truth == null || next == UNKNOWN || next == truth.last() + 1;
    }

    /** A position that the server calls a new beginning. */
    void resumed(JsonNode payload) {
        long from = payload.get("fromSequence").longValue();
        long to = payload.get("toSequence").longValue();
        judge.check(to >= from - 1, client, "resumed from", from, "to", to);
        if (!payload.get("recovered").booleanValue()) {
            JsonNode snapshot = payload.get("snapshot");
            judge.check(snapshot.get("lastSequence").longValue() == from - 1 && to == from - 1, client,
                    "a snapshot of", snapshot.get("lastSequence"), "goes on from", from);
            snapshot(snapshot, from - 1);
        }
        based(from);
    }

    private void snapshot(JsonNode snapshot, long through) {
        List<Snapshot.Message> messages = judge.fold(session, through).messages();
        judge.check(snapshot.get("messages").equals(Json.MAPPER.valueToTree(messages)), client, "a wrong snapshot of",
                session, "at", through, snapshot.get("messages"), messages);
        Set<String> runs = new LinkedHashSet<>();
        Set<String> open = new LinkedHashSet<>();
        Judge.Truth truth = judge.truth(session);
        List<Event> events = truth == null ? List.of() : truth.events.subList(0, (int) through);
        for (Event event : events) {
            switch (event.type()) {
                case MESSAGE_USER -> runs.add(event.run().value());
                case RUN_COMPLETED, RUN_FAILED, RUN_CANCELLED, RUN_ABANDONED -> runs.remove(event.run().value());
                case APPROVAL_REQUIRED -> open.add(((EventBody.ApprovalRequired) event.body()).approvalId());
                case APPROVAL_DECIDED -> open.remove(((EventBody.ApprovalDecided) event.body()).approvalId());
                case RUN_STARTED, RUN_WAITING, RUN_RESTARTED, THINKING, TEXT_DELTA, TEXT_DONE, TOOL_CALL, TOOL_RESULT,
                        SUBAGENT_STARTED, SUBAGENT_ENDED, UI_ACTION, STATE_SNAPSHOT, STATE_DELTA, CUSTOM -> { }
            }
        }
        Set<String> live = new LinkedHashSet<>();
        snapshot.get("runs").forEach(run -> {
            if (!RunStatus.of(run.get("status").textValue()).terminal()) {
                live.add(run.get("runId").textValue());
            }
        });
        judge.check(live.equals(runs), client, "wrong runs in a snapshot", snapshot, runs);
        judge.check(names(snapshot.get("pendingApprovals"), "approvalId").equals(open), client,
                "wrong approvals in a snapshot", snapshot, open);
    }

    private static Set<String> names(JsonNode array, String field) {
        Set<String> names = new LinkedHashSet<>();
        array.forEach(one -> names.add(one.get(field).textValue()));
        return names;
    }

    /** What the upgrade request says to go on here. */
    Map<String, String> query() {
        return epoch() == null
                ? Map.of("conversationId", session.session().value(), "lastSequence", Long.toString(last))
                : Map.of("conversationId", session.session().value(), "lastSequence", Long.toString(last),
                        "epoch", epoch());
    }
}
