package dev.hawser.core.connection;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.dialect.Decoded;
import dev.hawser.core.dialect.Outbound;
import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.Epoch;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Reply;
import dev.hawser.core.model.SessionId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Which conversations a wire watches, and which one its messages mean: the part of its {@link Connection} that talks. Pure;
 * used only while the connection is in use.
 */
final class Conversations {
    /** Most messages that are held while a conversation is being opened. */
    private static final int MAX_HELD = 1_000;
    /** Most conversations that a wire watches which begins one with a message; the one that it has longest is dropped. */
    private static final int MAX_ROAMED = 1_000;

    private final boolean roams;
    /** The one of messages that name none; null before there is one. */
    private SessionId conversation;
    /** Whom messages are for that name no agent; null for the default one. */
    private AgentName agent;
    /** Those that are delivered. */
    private Set<SessionId> watched = Set.of();
    /** What is under way and decides which conversation the next message means; null for nothing. */
    private Effect settling;
    /** Messages that came meanwhile; null until the first. */
    private Deque<Decoded.Accepted> held;

    /** @param roams whether each message goes where it says, and one that says nothing begins a conversation */
    Conversations(boolean roams) {
        this.roams = roams;
    }

    /** Null where there is none, or messages do not mean it. */
    SessionId current() {
        return roams ? null : conversation;
    }

    boolean holding() {
        return held != null;
    }

    void talkTo(AgentName agent) {
        this.agent = agent;
    }

    /** The wire was opened for this one. */
    void begin(SessionId session) {
        conversation = session;
    }

    /** Takes a message that is not the wire's own affair: at once, or when it is known which conversation it means. */
    void take(Decoded.Accepted accepted, Step step) {
        if (settling == null) {
            begin(accepted, step);
        } else {
            hold(accepted, step);
        }
    }

    /** Answers at once, or when the wire watches the conversation that the ping names: nobody tells whether it is there. */
    void ping(Decoded.Accepted accepted, Command.Ping ping, Step step) {
        if (!roams || ping.session() == null || watched.contains(ping.session())) {
            pong(accepted.id(), ping.session() == null ? current() : ping.session(), ping.timestamp(), step);
        } else {
            take(accepted, step);
        }
    }

    private static void pong(String answers, SessionId session, JsonNode timestamp, Step step) {
        step.send(answers, session, new Outbound.Pong(timestamp));
    }

    private void begin(Decoded.Accepted accepted, Step step) {
        switch (accepted.command()) {
            case Command.Service service -> execute(accepted.id(), service, step);
            case Command.Turn turn -> turn(accepted.id(), turn, step);
            case Command.Ping ping ->
                    open(new Effect.Open(accepted.id(), ping.session(), null, null, Effect.Why.PING), step);
            case Command.Pong _, Command.Echo _, Command.RefreshAuth _, Command.Close _,
                    Command.OfDevice _ ->
                    throw new IllegalArgumentException("the wire's own affair: " + accepted.command());
        }
    }

    /** Which conversation the message means is only known once the one before it was answered. */
    private void hold(Decoded.Accepted accepted, Step step) {
        if (held == null) {
            held = new ArrayDeque<>();
        }
        if (held.size() < MAX_HELD) {
            held.add(accepted);
        } else {
            step.fail(accepted.id(), current(), Fault.of(Code.RATE_LIMITED));
        }
    }

    private void settled(Effect effect, Step step) {
        if (effect != settling) {
            return;
        }
        settling = null;
        while (settling == null && held != null) {
            begin(held.remove(), step);
            if (held.isEmpty()) {
                held = null;
            }
        }
    }

    /** Commands that name no conversation mean the wire's own; where there is none, the answer decides it. */
    private void execute(String answers, Command.Service command, Step step) {
        switch (command) {
            case Command.SendMessage send -> {
                if (send.begins() || mention(answers, send.session(), command, step)) {
                    SessionId session = send.session() == null && !roams ? conversation : send.session();
                    AgentName to = send.agent() == null ? agent : send.agent();
                    boolean settles = session == null && !roams || send.begins() && !watched.contains(session);
                    execute(answers, send.in(session, to), settles, step);
                }
            }
            case Command.ActOnUi act -> {
                if (mention(answers, act.session(), command, step)) {
                    execute(answers, roams ? act : act.in(act.session() == null ? conversation : act.session()), false, step);
                }
            }
            case Command.CreateSession _ -> execute(answers, command, true, step);
            case Command.CancelRun _, Command.Decide _, Command.CallTool _ -> execute(answers, command, false, step);
        }
    }

    /** The conversation that the command names; null where it names none. */
    private static SessionId named(Command.Service command) {
        return switch (command) {
            case Command.SendMessage send -> send.session();
            case Command.ActOnUi act -> act.session();
            case Command.CreateSession create -> create.session();
            case Command.CancelRun _, Command.Decide _, Command.CallTool _ -> null;
        };
    }

    /** A wire that does not watch the conversation it names does so from then on: it is opened first, the command held. */
    private boolean mention(String answers, SessionId named, Command.Service command, Step step) {
        if (named == null || (roams ? watched.contains(named) : conversation != null)) {
            return true;
        }
        open(new Effect.Open(answers, named, null, null, Effect.Why.MENTION), step);
        if (held == null) {
            held = new ArrayDeque<>();
        }
        held.addFirst(new Decoded.Accepted(answers, command));
        return false;
    }

    private void turn(String answers, Command.Turn command, Step step) {
        switch (command) {
            case Command.Resume resume -> open(new Effect.Open(
                    answers, resume.session(), resume.epoch(), resume.lastSequence(), Effect.Why.RESUME), step);
            case Command.Subscribe subscribe -> open(new Effect.Open(answers, subscribe.session(),
                    subscribe.epoch(), subscribe.lastSequence(), Effect.Why.SUBSCRIBE), step);
            case Command.Unsubscribe unsubscribe ->
                    step.add(new Effect.Open(answers, unsubscribe.session(), null, null, Effect.Why.UNSUBSCRIBE));
        }
    }

    /** A conversation that was asked for was looked up. */
    void opened(Input.Opened opened, Step step) {
        if (opened.found().isPresent()) {
            opened(opened.asked(), opened.found().get(), step);
        } else {
            missing(opened.asked(), step);
        }
        settled(opened.asked(), step);
    }

    private void opened(Effect.Open asked, Opening opening, Step step) {
        Epoch epoch = opening.position().epoch();
        long last = opening.position().last();
        switch (asked.why()) {
            case CONNECT -> { }
            case RESUME, MENTION -> current(asked.session());
            case SUBSCRIBE -> {
                current(asked.session());
                step.send(asked.answers(), asked.session(), new Outbound.Subscribed(epoch, last));
            }
            case OUTRUN -> {
                if (!watched.contains(asked.session())) {
                    return;
                }
            }
            case UNSUBSCRIBE -> {
                unfollow(asked.session(), step);
                step.send(asked.answers(), asked.session(), new Outbound.Unsubscribed(epoch, last));
                return;
            }
            case PING -> pong(asked.answers(), asked.session(), null, step);
        }
        long after = opening.after(asked.lastSequence());
        if (opening.resumption() != null) {
            step.send(asked.answers(), asked.session(), new Outbound.Resumed(epoch, after + 1, Math.max(after, last),
                    opening.resumption().reason(), opening.snapshot()));
        }
        follow(asked.session(), epoch, after, step);
    }

    /** The first conversation of a wire stays the one that is meant where none is named. */
    private void current(SessionId session) {
        if (conversation == null) {
            conversation = session;
        }
    }

    private void missing(Effect.Open asked, Step step) {
        switch (asked.why()) {
            case CONNECT, RESUME, SUBSCRIBE, UNSUBSCRIBE ->
                    step.fail(asked.answers(), asked.session(), Fault.of(Code.NOT_FOUND));
            case OUTRUN -> unfollow(asked.session(), step);
            case PING -> pong(asked.answers(), asked.session(), null, step);
            case MENTION -> {
                held.removeFirst();
                if (held.isEmpty()) {
                    held = null;
                }
                step.fail(asked.answers(), asked.session(), Fault.of(Code.NOT_FOUND));
            }
        }
    }

    /** Events that are still to be delivered are gone from the log: the wire begins again with a snapshot. */
    void outrun(SessionId session, Step step) {
        if (watched.contains(session)) {
            step.add(new Effect.Open(null, session, null, 0L, Effect.Why.OUTRUN));
        }
    }

    /** A command was answered. */
    void replied(Input.Replied replied, Step step) {
        String answers = replied.asked().answers();
        switch (replied.reply()) {
            case Reply.RunAccepted accepted -> {
                Reply.SessionOpened opened = accepted.created();
                boolean joins = opened != null && !watched.contains(accepted.session());
                if (joins && opened.created()) {
                    created(answers, opened, step);
                }
                step.send(answers, accepted.session(),
                        new Outbound.RunAccepted(accepted.run(), accepted.message(), accepted.status()));
                if (joins) {
                    follow(accepted.session(), opened.epoch(), opened.lastSequence(), step);
                }
            }
            case Reply.SessionOpened opened -> opened(answers, opened, step);
            case Reply.RunCancelling cancelling -> step.send(answers, cancelling.session(),
                    new Outbound.RunCancelling(cancelling.run(), cancelling.status(),
                            !cancelling.over() && watched.contains(cancelling.session())));
            case Reply.ApprovalRecorded recorded -> step.send(answers, recorded.session(),
                    new Outbound.ApprovalRecorded(recorded.run(), recorded.approval(), recorded.decision(), recorded.won(),
                            recorded.won() && watched.contains(recorded.session())));
            case Reply.Noted noted -> step.send(answers, noted.session(), new Outbound.Noted(noted.sequence()));
            case Reply.ToolEnded _ -> { }
            case Reply.Refused refused ->
                    step.fail(answers, roams ? named(replied.asked().command()) : conversation, refused.fault());
        }
        settled(replied.asked(), step);
    }

    /** A repeated command may be answered with a conversation that this wire watches already: it goes on as it is. */
    private void opened(String answers, Reply.SessionOpened opened, Step step) {
        if (!opened.created()) {
            step.fail(answers, opened.session(), Fault.of(Code.CONFLICT, "This conversation id is taken"));
            return;
        }
        created(answers, opened, step);
        if (!watched.contains(opened.session())) {
            follow(opened.session(), opened.epoch(), opened.lastSequence(), step);
        }
    }

    private void created(String answers, Reply.SessionOpened opened, Step step) {
        current(opened.session());
        step.send(answers, opened.session(), new Outbound.SessionCreated(opened.epoch(), opened.lastSequence()));
    }

    void forgetAll(Step step) {
        watched = Set.of();
        step.add(new Effect.UnfollowAll());
    }

    private void follow(SessionId session, Epoch epoch, long after, Step step) {
        if (!watched.contains(session)) {
            Set<SessionId> more = roams && !watched.isEmpty() ? watched : new LinkedHashSet<>(watched);
            more.add(session);
            watched = roams ? more : Set.copyOf(more);
            if (roams && watched.size() > MAX_ROAMED) {
                unfollow(watched.iterator().next(), step);
            }
        }
        step.add(new Effect.Follow(session, epoch, after));
    }

    private void unfollow(SessionId session, Step step) {
        if (watched.contains(session)) {
            Set<SessionId> less = new LinkedHashSet<>(watched);
            less.remove(session);
            watched = roams ? less : Set.copyOf(less);
            step.add(new Effect.Unfollow(session));
        }
    }

    private void execute(String answers, Command.Service command, boolean settles, Step step) {
        Effect.Execute effect = new Effect.Execute(answers, command);
        settling = settles ? effect : settling;
        step.add(effect);
    }

    private void open(Effect.Open effect, Step step) {
        settling = effect;
        step.add(effect);
    }
}
