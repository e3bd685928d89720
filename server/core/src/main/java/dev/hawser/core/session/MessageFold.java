package dev.hawser.core.session;

import dev.hawser.core.model.Checkpoint;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Snapshot.Message;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Folds a session's events into its messages and its shared state. Folding a log at once or in pieces, over checkpoints, gives
 * the same. A restart takes an attempt's messages back, but not what it did to the state: clients have that already, and the
 * next attempt is told of it. For one thread.
 */
public final class MessageFold {
    private final Map<Name, Draft> messages = new LinkedHashMap<>();
    private final SharedState state;
    private long sequence;

    public MessageFold(Checkpoint from) {
        sequence = from.sequence();
        state = new SharedState(from.state());
        from.messages().forEach(message -> put(new Draft(message)));
    }

    /** @param event the one after the last */
    public void apply(Event event) {
        if (event.sequence() != sequence + 1) {
            throw new IllegalArgumentException("expected event " + (sequence + 1) + ", got " + event.sequence());
        }
        sequence = event.sequence();
        switch (event.type()) {
            case MESSAGE_USER, TEXT_DELTA, TEXT_DONE, RUN_RESTARTED, STATE_SNAPSHOT, STATE_DELTA ->
                    fold(event, event.body());
            case RUN_STARTED, RUN_WAITING, THINKING, TOOL_CALL, TOOL_RESULT, APPROVAL_REQUIRED, APPROVAL_DECIDED,
                    SUBAGENT_STARTED, SUBAGENT_ENDED, UI_ACTION, CUSTOM, RUN_COMPLETED, RUN_FAILED, RUN_CANCELLED,
                    RUN_ABANDONED -> { }
        }
    }

    private void fold(Event event, EventBody body) {
        String run = event.run() == null ? null : event.run().value();
        Instant time = Instant.ofEpochMilli(event.time());
        if (body instanceof EventBody.MessageUser said) {
            Draft draft = new Draft(said.messageId(), Message.USER, run, time);
            draft.finish(said.text());
            put(draft);
        } else if (body instanceof EventBody.TextDelta more) {
            draft(more.messageId(), run, time).text.append(more.delta());
        } else if (body instanceof EventBody.TextDone done) {
            draft(done.messageId(), run, time).finish(done.text());
        } else if (body instanceof EventBody.RunRestarted) {
            messages.values().removeIf(draft -> draft.role.equals(Message.ASSISTANT) && Objects.equals(draft.run, run));
        } else if (body instanceof EventBody.StateSnapshot whole) {
            state.replace(whole.state());
        } else if (body instanceof EventBody.StateDelta delta) {
            state.patch(delta.patch());
        }
    }

    private Draft draft(String id, String run, Instant time) {
        return messages.computeIfAbsent(
                new Name(Message.ASSISTANT, run, id), _ -> new Draft(id, Message.ASSISTANT, run, time));
    }

    private void put(Draft draft) {
        messages.put(new Name(draft.role, draft.run, draft.id), draft);
    }

    /** What has been folded so far. */
    public Checkpoint checkpoint() {
        List<Message> list = new ArrayList<>(messages.size());
        messages.values().forEach(draft -> list.add(draft.message()));
        return new Checkpoint(sequence, list, state.value());
    }

    /** An agent's ids of messages are its own affair: two runs may use the same. */
    private record Name(String role, String run, String id) {}

    private static final class Draft {
        final String id;
        final String role;
        final String run;
        final Instant time;
        final StringBuilder text = new StringBuilder();
        boolean complete;

        Draft(String id, String role, String run, Instant time) {
            this.id = id;
            this.role = role;
            this.run = run;
            this.time = time;
        }

        Draft(Message message) {
            this(message.messageId(), message.role(), message.runId(), message.time());
            text.append(message.text());
            complete = message.complete();
        }

        void finish(String whole) {
            text.setLength(0);
            text.append(whole);
            complete = true;
        }

        Message message() {
            return new Message(id, role, text.toString(), complete, run, time);
        }
    }
}
