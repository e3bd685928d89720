package dev.hawser.core.connection;

import dev.hawser.core.dialect.Decoded;
import dev.hawser.core.dialect.Outbound;
import dev.hawser.core.dialect.Target;
import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.CloseCode;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.ConnectionId;
import dev.hawser.core.model.Epoch;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Principal;
import dev.hawser.core.model.Reply;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.port.Identity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The life of one wire as a pure state machine: an input and the time go in, effects come out. It knows no socket and no
 * clock; whoever owns the wire calls it from one thread and carries its effects out in order.
 */
public final class Connection {
    /** Consecutive frames without sense after which a wire is closed. */
    private static final int MAX_NONSENSE = 20;
    /** Most messages that are held while a conversation is being opened. */
    private static final int MAX_HELD = 1_000;
    /** How long a wire may keep up too high a rate. */
    private static final Duration MAX_FLOOD = Duration.ofSeconds(10);
    /** A pause after which a flood counts as over. */
    private static final Duration FLOOD_PAUSE = Duration.ofSeconds(1);
    /** How long before its end an expiring credential is announced. */
    private static final Duration EXPIRY_WARNING = Duration.ofSeconds(30);
    /** How long a peer has to finish the closing handshake. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final ConnectionId id;
    private final ConnectionSettings settings;
    private final TokenBucket bucket;
    private final History history = new History();
    private State state = State.CONNECTING;
    private Target asked;
    /** Whom messages of this wire are for; null for the default one. */
    private AgentName agent;
    private Principal principal;
    /** The conversation of messages that name none; null before there is one. */
    private SessionId conversation;
    /** The conversations that are delivered. */
    private Set<SessionId> watched = Set.of();
    private long lastInbound;
    private long pingedAt;
    private long floodSince;
    private long floodLast;
    private long since;
    /** What is under way and decides which conversation the next message means; null for nothing. */
    private Effect settling;
    /** Messages that came meanwhile; null until the first. */
    private Deque<Decoded.Accepted> held;
    private byte nonsense;
    private boolean warned;

    public Connection(ConnectionId id, ConnectionSettings settings, Instant now) {
        this.id = id;
        this.settings = settings;
        this.bucket = new TokenBucket(settings.messagesPerSecond(), settings.messageBurst(), now.toEpochMilli());
        this.lastInbound = now.toEpochMilli();
        this.since = lastInbound;
        history.add(state, lastInbound, false);
    }

    public ConnectionId id() {
        return id;
    }

    public State state() {
        return state;
    }

    /** The verified owner; empty before there is one. */
    public Optional<Principal> principal() {
        return Optional.ofNullable(principal);
    }

    /** The conversation of messages that name none. */
    public Optional<SessionId> conversation() {
        return Optional.ofNullable(conversation);
    }

    /** The last steps, oldest first, with those that were refused. */
    public List<Transition> history() {
        return history.list();
    }

    /** Whether messages wait for the answer to one before them: it is wise to take in no more until then. */
    public boolean holding() {
        return held != null;
    }

    /** Something came from the peer: a frame of whatever kind counts as life. */
    public void alive(Instant now) {
        lastInbound = now.toEpochMilli();
        pingedAt = 0;
    }

    /** Whether {@link Input.Ticked} would have an effect now; cheap, as it is asked of every wire all the time. */
    public boolean due(Instant now) {
        long millis = now.toEpochMilli();
        return switch (state) {
            case ACTIVE -> millis - (pingedAt == 0 ? lastInbound : pingedAt)
                            >= (pingedAt == 0 ? settings.heartbeat() : settings.heartbeatTimeout()).toMillis()
                    || principal.expiresAt() != Instant.MAX
                            && !principal.expiresAt().minus(warned ? Duration.ZERO : EXPIRY_WARNING).isAfter(now);
            case CLOSING -> millis - since >= CLOSE_TIMEOUT.toMillis();
            case RECONNECTING -> true;
            case CONNECTING, CONNECTED, AUTHENTICATED, PAUSED, CLOSED -> false;
        };
    }

    /** Takes one input. An input that the state has no use for has no effect. */
    public List<Effect> on(Input input, Instant now) {
        Step step = new Step(now);
        switch (input) {
            case Input.Upgraded upgraded -> {
                if (to(State.CONNECTED, now)) {
                    asked = upgraded.target();
                }
            }
            case Input.Verified verified -> verified(verified.verdict(), step);
            case Input.Refreshed refreshed -> refreshed(refreshed, step);
            case Input.Opened opened -> opened(opened, step);
            case Input.Received received -> received(received.decoded(), step);
            case Input.Replied replied -> replied(replied, step);
            case Input.Outrun outrun -> {
                if (state == State.ACTIVE && watched.contains(outrun.session())) {
                    step.add(new Effect.Open(null, outrun.session(), null, 0L, Effect.Why.OUTRUN));
                }
            }
            case Input.Ticked _ -> ticked(step);
            case Input.Congested _ -> {
                if (to(State.PAUSED, now)) {
                    close(CloseCode.RESOURCE_EXHAUSTED, "slow_reader", step);
                }
            }
            case Input.Broken broken -> close(broken.code(), broken.reason(), step);
            case Input.Draining draining ->
                    close(CloseCode.SERVICE_RESTART, "server_shutdown", draining.reconnectAfter(), step);
            case Input.Lost _ -> lost(step);
        }
        return step.effects;
    }

    private void verified(Identity.Verdict verdict, Step step) {
        if (state != State.CONNECTED) {
            history.add(State.AUTHENTICATED, step.now.toEpochMilli(), true);
            return;
        }
        switch (verdict) {
            case Identity.Verdict.Refused refused -> refuse(refused.fault(), refused.close(), step);
            case Identity.Verdict.Accepted accepted -> {
                to(State.AUTHENTICATED, step.now);
                principal = accepted.principal();
                enter(step);
            }
        }
    }

    /** Only now, that its owner is known, does a wire learn whether what it asks for exists. */
    private void enter(Step step) {
        switch (asked) {
            case Target.UnknownSession _ -> refuse(Fault.of(Code.NOT_FOUND), CloseCode.NOT_FOUND, step);
            case Target.UnknownAgent _ -> refuse(
                    Fault.of(Code.NOT_FOUND, "There is no agent of that name"), CloseCode.AGENT_NOT_FOUND, step);
            case Target.Invalid invalid ->
                    refuse(Fault.of(Code.INVALID_MESSAGE, invalid.message()), CloseCode.POLICY, step);
            case Target.Valid valid when valid.session() == null -> {
                agent = valid.agent();
                establish(null, step);
            }
            case Target.Valid valid -> {
                agent = valid.agent();
                step.add(new Effect.Open(
                        null, valid.session(), valid.epoch(), valid.lastSequence(), Effect.Why.CONNECT));
            }
        }
    }

    private void establish(Opening opening, Step step) {
        if (to(State.ACTIVE, step.now)) {
            step.send(null, conversation, new Outbound.Established(id, principal,
                    opening == null ? null : opening.position(), settings.heartbeat(), settings.maxMessageBytes()));
            step.add(new Effect.Listen());
        }
    }

    private void refreshed(Input.Refreshed refreshed, Step step) {
        if (state != State.ACTIVE) {
            return;
        }
        switch (refreshed.verdict()) {
            case Identity.Verdict.Refused refused -> step.fail(refreshed.answers(), conversation, refused.fault());
            case Identity.Verdict.Accepted accepted -> {
                if (accepted.principal().sameIdentity(principal)) {
                    principal = accepted.principal();
                    warned = false;
                    step.send(refreshed.answers(), conversation, new Outbound.AuthRefreshed(principal.expiresAt()));
                } else {
                    step.fail(refreshed.answers(), conversation,
                            Fault.of(Code.AUTH_INVALID, "The new token speaks for another user"));
                }
            }
        }
    }

    private void opened(Input.Opened opened, Step step) {
        Effect.Open asked = opened.asked();
        if (state != (asked.why() == Effect.Why.CONNECT ? State.AUTHENTICATED : State.ACTIVE)) {
            return;
        }
        if (opened.found().isPresent()) {
            opened(asked, opened.found().get(), step);
        } else {
            missing(asked, step);
        }
        settled(asked, step);
    }

    private void opened(Effect.Open asked, Opening opening, Step step) {
        Epoch epoch = opening.position().epoch();
        long last = opening.position().last();
        switch (asked.why()) {
            case CONNECT -> {
                conversation = asked.session();
                establish(opening, step);
            }
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
                step.unfollow(asked.session());
                step.send(asked.answers(), asked.session(), new Outbound.Unsubscribed(epoch, last));
                return;
            }
        }
        long after = opening.after(asked.lastSequence());
        if (opening.resumption() != null) {
            step.send(asked.answers(), asked.session(), new Outbound.Resumed(epoch, after + 1, Math.max(after, last),
                    opening.resumption().reason(), opening.snapshot()));
        }
        step.follow(asked.session(), epoch, after);
    }

    /** The first conversation of a wire stays the one that is meant where none is named. */
    private void current(SessionId session) {
        if (conversation == null) {
            conversation = session;
        }
    }

    private void missing(Effect.Open asked, Step step) {
        switch (asked.why()) {
            case CONNECT -> {
                step.fail(asked.answers(), asked.session(), Fault.of(Code.NOT_FOUND));
                close(CloseCode.NOT_FOUND, "conversation_not_found", step);
            }
            case RESUME, SUBSCRIBE, UNSUBSCRIBE ->
                    step.fail(asked.answers(), asked.session(), Fault.of(Code.NOT_FOUND));
            case OUTRUN -> step.unfollow(asked.session());
            case MENTION -> {
                held.removeFirst();
                if (held.isEmpty()) {
                    held = null;
                }
                step.fail(asked.answers(), asked.session(), Fault.of(Code.NOT_FOUND));
            }
        }
    }

    private void received(Decoded decoded, Step step) {
        if (state != State.ACTIVE) {
            return;
        }
        long wait = bucket.take(step.now.toEpochMilli());
        if (wait > 0) {
            flooded(decoded, wait, step);
            return;
        }
        switch (decoded) {
            case Decoded.Accepted accepted -> {
                nonsense = 0;
                accept(accepted, step);
            }
            case Decoded.Rejected rejected -> {
                step.fail(rejected.id(), conversation, rejected.fault());
                if (++nonsense >= MAX_NONSENSE) {
                    close(CloseCode.POLICY, "too_many_invalid_messages", step);
                }
            }
            case Decoded.WrongVersion wrong -> {
                step.fail(wrong.id(), conversation,
                        Fault.of(Code.INVALID_MESSAGE, "This server speaks version 1 of the protocol"));
                close(CloseCode.VERSION_MISMATCH, "version_mismatch", step);
            }
        }
    }

    private void accept(Decoded.Accepted accepted, Step step) {
        switch (accepted.command()) {
            case Command.Ping ping -> step.send(accepted.id(), conversation, new Outbound.Pong(ping.timestamp()));
            case Command.Pong _ -> { }
            case Command.RefreshAuth refresh -> step.add(new Effect.Verify(accepted.id(), refresh.token()));
            case Command.Close _ -> close(CloseCode.NORMAL, "client_request", step);
            case Command.Service service when settling == null -> execute(accepted.id(), service, step);
            case Command.Turn turn when settling == null -> turn(accepted.id(), turn, step);
            case Command.Service _, Command.Turn _ -> hold(accepted, step);
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
            step.fail(accepted.id(), conversation, Fault.of(Code.RATE_LIMITED));
        }
    }

    private void settled(Effect effect, Step step) {
        if (effect != settling) {
            return;
        }
        settling = null;
        while (settling == null && held != null && state == State.ACTIVE) {
            accept(held.remove(), step);
            if (held.isEmpty()) {
                held = null;
            }
        }
    }

    private void flooded(Decoded decoded, long wait, Step step) {
        long now = step.now.toEpochMilli();
        if (floodSince == 0 || now - floodLast > FLOOD_PAUSE.toMillis()) {
            floodSince = now;
        }
        floodLast = now;
        String answers = switch (decoded) {
            case Decoded.Accepted accepted -> accepted.id();
            case Decoded.Rejected rejected -> rejected.id();
            case Decoded.WrongVersion wrong -> wrong.id();
        };
        step.fail(answers, conversation,
                new Fault(Code.RATE_LIMITED, Code.RATE_LIMITED.message(), Duration.ofMillis(wait)));
        if (now - floodSince >= MAX_FLOOD.toMillis()) {
            close(CloseCode.RATE_LIMITED, "rate_limited", step);
        }
    }

    /** Commands that name no conversation mean the wire's own; where there is none, the answer decides it. */
    private void execute(String answers, Command.Service command, Step step) {
        switch (command) {
            case Command.SendMessage send -> {
                if (mention(answers, send.session(), command, step)) {
                    SessionId session = send.session() == null ? conversation : send.session();
                    AgentName to = send.agent() == null ? agent : send.agent();
                    step.execute(answers, send.in(session, to), session == null);
                }
            }
            case Command.ActOnUi act -> {
                if (mention(answers, act.session(), command, step)) {
                    step.execute(answers, act.in(act.session() == null ? conversation : act.session()), false);
                }
            }
            case Command.CreateSession _ -> step.execute(answers, command, true);
            case Command.CancelRun _, Command.Decide _ -> step.execute(answers, command, false);
        }
    }

    /** A wire without a conversation that names one watches it from then on: it is opened first, the command held. */
    private boolean mention(String answers, SessionId named, Command.Service command, Step step) {
        if (named == null || conversation != null) {
            return true;
        }
        step.open(new Effect.Open(answers, named, null, null, Effect.Why.MENTION));
        if (held == null) {
            held = new ArrayDeque<>();
        }
        held.addFirst(new Decoded.Accepted(answers, command));
        return false;
    }

    private void turn(String answers, Command.Turn command, Step step) {
        switch (command) {
            case Command.Resume resume -> step.open(new Effect.Open(
                    answers, resume.session(), resume.epoch(), resume.lastSequence(), Effect.Why.RESUME));
            case Command.Subscribe subscribe -> step.open(new Effect.Open(answers, subscribe.session(),
                    subscribe.epoch(), subscribe.lastSequence(), Effect.Why.SUBSCRIBE));
            case Command.Unsubscribe unsubscribe ->
                    step.add(new Effect.Open(answers, unsubscribe.session(), null, null, Effect.Why.UNSUBSCRIBE));
        }
    }

    private void replied(Input.Replied replied, Step step) {
        if (state != State.ACTIVE) {
            return;
        }
        String answers = replied.asked().answers();
        switch (replied.reply()) {
            case Reply.RunAccepted accepted -> {
                boolean creates = accepted.created() != null && !watched.contains(accepted.session());
                if (creates) {
                    created(answers, accepted.created(), step);
                }
                step.send(answers, accepted.session(),
                        new Outbound.RunAccepted(accepted.run(), accepted.message(), accepted.status()));
                if (creates) {
                    step.follow(accepted.session(), accepted.created().epoch(), 0);
                }
            }
            case Reply.SessionOpened opened -> opened(answers, opened, step);
            case Reply.RunCancelling cancelling -> step.send(answers, cancelling.session(),
                    new Outbound.RunCancelling(cancelling.run(), cancelling.status()));
            case Reply.ApprovalRecorded recorded -> step.send(answers, recorded.session(),
                    new Outbound.ApprovalRecorded(recorded.approval(), recorded.decision(), recorded.won()));
            case Reply.Noted _ -> { }
            case Reply.Refused refused -> step.fail(answers, conversation, refused.fault());
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
            step.follow(opened.session(), opened.epoch(), opened.lastSequence());
        }
    }

    private void created(String answers, Reply.SessionOpened opened, Step step) {
        current(opened.session());
        step.send(answers, opened.session(), new Outbound.SessionCreated(opened.epoch(), opened.lastSequence()));
    }

    private void ticked(Step step) {
        long now = step.now.toEpochMilli();
        switch (state) {
            case ACTIVE -> {
                expire(step);
                if (state == State.ACTIVE) {
                    beat(now, step);
                }
            }
            case CLOSING -> {
                if (now - since >= CLOSE_TIMEOUT.toMillis()) {
                    step.add(new Effect.Abort());
                }
            }
            case RECONNECTING -> {
                if (now - since >= settings.grace().toMillis()) {
                    to(State.CLOSED, step.now);
                }
            }
            case CONNECTING, CONNECTED, AUTHENTICATED, PAUSED, CLOSED -> { }
        }
    }

    private void expire(Step step) {
        if (!principal.expiresAt().isAfter(step.now)) {
            close(CloseCode.AUTH_EXPIRED, "auth_expired", step);
        } else if (!warned && !principal.expiresAt().minus(EXPIRY_WARNING).isAfter(step.now)) {
            warned = true;
            step.fail(null, conversation, Fault.of(Code.AUTH_EXPIRED, "The credential is about to expire; refresh it"));
        }
    }

    private void beat(long now, Step step) {
        if (pingedAt != 0) {
            if (now - pingedAt >= settings.heartbeatTimeout().toMillis()) {
                close(CloseCode.NO_HEARTBEAT, "no_heartbeat", step);
            }
        } else if (now - lastInbound >= settings.heartbeat().toMillis()) {
            pingedAt = now;
            step.send(null, null, new Outbound.Ping());
        }
    }

    private void lost(Step step) {
        if (state == State.CLOSED || state == State.RECONNECTING) {
            return;
        }
        boolean waits = (state == State.ACTIVE || state == State.PAUSED)
                && to(State.RECONNECTING, step.now) && !settings.grace().isZero();
        if (!waits) {
            to(State.CLOSED, step.now);
        }
        step.unfollowAll();
    }

    private void refuse(Fault fault, CloseCode code, Step step) {
        step.fail(null, null, fault);
        close(code, code == CloseCode.RATE_LIMITED ? "connection_limit" : code.name().toLowerCase(Locale.ROOT), step);
    }

    private void close(CloseCode code, String reason, Step step) {
        close(code, reason, null, step);
    }

    /** A wire that is in use is told before the close frame, unless it has asked for it itself. */
    private void close(CloseCode code, String reason, Duration reconnectAfter, Step step) {
        boolean told = state == State.ACTIVE && code != CloseCode.NORMAL;
        if (state != State.CLOSING && to(State.CLOSING, step.now)) {
            step.unfollowAll();
            if (told) {
                step.send(null, null, new Outbound.Closing(code, reason, reconnectAfter));
            }
            step.add(new Effect.Close(code, reason));
        }
    }

    private boolean to(State next, Instant now) {
        boolean legal = state.leadsTo(next);
        history.add(next, now.toEpochMilli(), !legal);
        if (legal) {
            state = next;
            since = now.toEpochMilli();
        }
        return legal;
    }

    private static Set<SessionId> with(Set<SessionId> some, SessionId one) {
        Set<SessionId> more = new HashSet<>(some);
        more.add(one);
        return Set.copyOf(more);
    }

    private static Set<SessionId> without(Set<SessionId> some, SessionId one) {
        Set<SessionId> less = new HashSet<>(some);
        less.remove(one);
        return Set.copyOf(less);
    }

    /** The effects of one input, in order. */
    private final class Step {
        final Instant now;
        final List<Effect> effects = new ArrayList<>(4);

        Step(Instant now) {
            this.now = now;
        }

        void add(Effect effect) {
            effects.add(effect);
        }

        void follow(SessionId session, Epoch epoch, long after) {
            if (!watched.contains(session)) {
                watched = with(watched, session);
            }
            effects.add(new Effect.Follow(session, epoch, after));
        }

        void unfollow(SessionId session) {
            if (watched.contains(session)) {
                watched = without(watched, session);
                effects.add(new Effect.Unfollow(session));
            }
        }

        void unfollowAll() {
            watched = Set.of();
            effects.add(new Effect.UnfollowAll());
        }

        void execute(String answers, Command.Service command, boolean settles) {
            Effect.Execute effect = new Effect.Execute(answers, command);
            settling = settles ? effect : settling;
            effects.add(effect);
        }

        void open(Effect.Open effect) {
            settling = effect;
            effects.add(effect);
        }

        void send(String answers, SessionId session, Outbound.Message message) {
            effects.add(new Effect.Send(new Outbound(answers, session, message)));
        }

        void fail(String answers, SessionId session, Fault fault) {
            send(answers, session, new Outbound.Failed(fault));
        }
    }
}
