package dev.hawser.core.connection;

import dev.hawser.core.dialect.Decoded;
import dev.hawser.core.dialect.Outbound;
import dev.hawser.core.dialect.Target;
import dev.hawser.core.model.CloseCode;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.ConnectionId;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Principal;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.port.Identity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The life of one wire as a pure state machine: an input and the time go in, effects come out. It knows no socket and no
 * clock; whoever owns the wire calls it from one thread and carries its effects out in order.
 */
public final class Connection {
    /** Consecutive frames without sense after which a wire is closed. */
    private static final int MAX_NONSENSE = 20;
    /** How long before its end an expiring credential is announced. */
    private static final Duration EXPIRY_WARNING = Duration.ofSeconds(30);
    /** How long a peer has to finish the closing handshake. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
    /** How long a slow reader has: what it has not read yet comes before the close frame. */
    private static final Duration SLOW_CLOSE_TIMEOUT = Duration.ofSeconds(30);

    private final ConnectionId id;
    private final ConnectionSettings settings;
    private final FloodGuard flood;
    private final Conversations conversations;
    /** Null unless the peer is a device. */
    private final Greeting greeting;
    private final History history = new History();
    private State state = State.CONNECTING;
    private Target asked;
    private Principal principal;
    private long lastInbound;
    private long pingedAt;
    private long since;
    private Duration closeTimeout = CLOSE_TIMEOUT;
    private byte nonsense;
    private boolean warned;

    public Connection(ConnectionId id, ConnectionSettings settings, Instant now) {
        this(id, settings, false, now);
    }

    /** @param roams whether each message goes where it says, and one that says nothing begins a conversation */
    public Connection(ConnectionId id, ConnectionSettings settings, boolean roams, Instant now) {
        this(id, settings, roams, null, now);
    }

    /** The wire of a device. */
    public static Connection ofDevice(ConnectionId id, ConnectionSettings settings, Instant now) {
        return new Connection(id, settings, false, new Greeting(), now);
    }

    private Connection(ConnectionId id, ConnectionSettings settings, boolean roams, Greeting greeting, Instant now) {
        this.conversations = new Conversations(roams);
        this.greeting = greeting;
        this.id = id;
        this.settings = settings;
        this.flood = new FloodGuard(settings.messagesPerSecond(), settings.messageBurst(), now.toEpochMilli());
        this.lastInbound = now.toEpochMilli();
        this.since = lastInbound;
        history.add(state, lastInbound, false);
    }

    public ConnectionId id() {
        return id;
    }

    /** Where in its life the wire is. */
    public State state() {
        return state;
    }

    /** The verified owner; empty before there is one. */
    public Optional<Principal> principal() {
        return Optional.ofNullable(principal);
    }

    /** The conversation of messages that name none. */
    public Optional<SessionId> conversation() {
        return Optional.ofNullable(conversations.current());
    }

    /** The last steps, oldest first, with those that were refused. */
    public List<Transition> history() {
        return history.list();
    }

    /** Whether messages wait for the answer to one before them: it is wise to take in no more until then. */
    public boolean holding() {
        return conversations.holding();
    }

    /** Something came from the peer: a frame of whatever kind counts as life. */
    public void alive(Instant now) {
        lastInbound = now.toEpochMilli();
        pingedAt = 0;
    }

    /** The socket has taken the close frame and all before it: from now on the peer has the usual time to answer it. */
    public void closeTaken(Instant now) {
        if (state == State.CLOSING && closeTimeout == SLOW_CLOSE_TIMEOUT) {
            since = now.toEpochMilli();
            closeTimeout = CLOSE_TIMEOUT;
        }
    }

    /** Whether {@link Input.Ticked} would have an effect now; cheap, as it is asked of every wire all the time. */
    public boolean due(Instant now) {
        long millis = now.toEpochMilli();
        return switch (state) {
            case ACTIVE -> greeting != null && greeting.overdue(since, millis)
                    || millis - (pingedAt == 0 ? lastInbound : pingedAt)
                            >= (pingedAt == 0 ? settings.heartbeat() : settings.heartbeatTimeout()).toMillis()
                    || principal.expiresAt() != Instant.MAX
                            && !principal.expiresAt().minus(warned ? Duration.ZERO : EXPIRY_WARNING).isAfter(now);
            case CLOSING -> millis - since >= closeTimeout.toMillis();
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
            case Input.Replied replied -> {
                if (state == State.ACTIVE) {
                    conversations.replied(replied, step);
                }
            }
            case Input.Outrun outrun -> {
                if (state == State.ACTIVE) {
                    conversations.outrun(outrun.session(), step);
                }
            }
            case Input.Ticked _ -> ticked(step);
            case Input.Congested _ -> {
                if (to(State.PAUSED, now)) {
                    closeTimeout = SLOW_CLOSE_TIMEOUT;
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
            case Identity.Verdict.Refused refused -> refuse(refused, step);
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
            case Target.Unfit unfit -> refuse(unfit.refusal(), step);
            case Target.Valid valid when valid.session() == null -> {
                conversations.talkTo(valid.agent());
                establish(null, step);
            }
            case Target.Valid valid -> {
                conversations.talkTo(valid.agent());
                step.add(new Effect.Open(
                        null, valid.session(), valid.epoch(), valid.lastSequence(), Effect.Why.CONNECT));
            }
        }
    }

    private void establish(Opening opening, Step step) {
        if (to(State.ACTIVE, step.now)) {
            step.send(null, conversations.current(), new Outbound.Established(id, principal,
                    opening == null ? null : opening.position(), settings.heartbeat(), settings.maxMessageBytes()));
            step.add(new Effect.Listen());
        }
    }

    private void refreshed(Input.Refreshed refreshed, Step step) {
        if (state != State.ACTIVE) {
            return;
        }
        switch (refreshed.verdict()) {
            case Identity.Verdict.Refused refused ->
                    step.fail(refreshed.answers(), conversations.current(), refused.fault());
            case Identity.Verdict.Accepted accepted -> {
                if (accepted.principal().sameIdentity(principal)) {
                    principal = accepted.principal();
                    warned = false;
                    step.send(refreshed.answers(), conversations.current(),
                            new Outbound.AuthRefreshed(principal.expiresAt()));
                } else {
                    step.fail(refreshed.answers(), conversations.current(),
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
        if (asked.why() == Effect.Why.CONNECT && opened.found().isEmpty()) {
            step.fail(asked.answers(), asked.session(), Fault.of(Code.NOT_FOUND));
            close(CloseCode.NOT_FOUND, "conversation_not_found", step);
            return;
        }
        if (asked.why() == Effect.Why.CONNECT) {
            conversations.begin(asked.session());
            establish(opened.found().get(), step);
        }
        conversations.opened(opened, step);
    }

    private void received(Decoded decoded, Step step) {
        if (state != State.ACTIVE) {
            return;
        }
        long wait = flood.take(step.now.toEpochMilli());
        if (wait > 0) {
            step.fail(decoded.id(), conversations.current(),
                    new Fault(Code.RATE_LIMITED, Code.RATE_LIMITED.message(), Duration.ofMillis(wait)));
            // A run whose output is not all there must not look as if it were.
            if (greeting != null && decoded instanceof Decoded.Accepted(String _, Command.PutOut lost)) {
                step.add(new Effect.Attend(new Command.PutOutNonsense(lost.run(), Fault.of(Code.RATE_LIMITED))));
            }
            if (flood.tooLong()) {
                close(CloseCode.RATE_LIMITED, "rate_limited", step);
            }
            return;
        }
        if (greeting != null && !greeting.met() && !greeting.meets(decoded)) {
            close(CloseCode.POLICY, "hello_expected", step);
            return;
        }
        switch (decoded) {
            case Decoded.Accepted accepted -> {
                nonsense = 0;
                accept(accepted, step);
            }
            case Decoded.Rejected rejected -> {
                step.fail(rejected.id(), conversations.current(), rejected.fault());
                if (++nonsense >= MAX_NONSENSE) {
                    close(CloseCode.POLICY, "too_many_invalid_messages", step);
                }
            }
            case Decoded.WrongVersion wrong -> {
                step.fail(wrong.id(), conversations.current(),
                        Fault.of(Code.INVALID_MESSAGE, "This server speaks version 1 of the protocol"));
                close(CloseCode.VERSION_MISMATCH, "version_mismatch", step);
            }
        }
    }

    private void accept(Decoded.Accepted accepted, Step step) {
        switch (accepted.command()) {
            case Command.Ping ping -> conversations.ping(accepted, ping, step);
            case Command.Echo echo -> step.send(accepted.id(), null, new Outbound.Echo(echo.text()));
            case Command.Pong _ -> { }
            case Command.RefreshAuth refresh -> step.add(new Effect.Verify(accepted.id(), refresh.token()));
            case Command.Close _ -> close(CloseCode.NORMAL, "client_request", step);
            case Command.OfDevice said when greeting != null -> attend(accepted.id(), said, step);
            case Command.OfDevice _ -> step.fail(accepted.id(), conversations.current(), Fault.of(Code.UNKNOWN_TYPE));
            case Command.Service _, Command.Turn _ -> conversations.take(accepted, step);
        }
    }

    private void attend(String id, Command.OfDevice said, Step step) {
        if (said instanceof Command.Hello && greeting.met()) {
            step.fail(id, null, Fault.of(Code.CONFLICT, "The device has said hello"));
        } else {
            greeting.meet();
            step.add(new Effect.Attend(said));
        }
    }

    private void ticked(Step step) {
        long now = step.now.toEpochMilli();
        switch (state) {
            case ACTIVE -> {
                expire(step);
                if (state == State.ACTIVE && greeting != null && greeting.overdue(since, now)) {
                    close(CloseCode.POLICY, "hello_expected", step);
                }
                if (state == State.ACTIVE) {
                    beat(now, step);
                }
            }
            case CLOSING -> {
                if (now - since >= closeTimeout.toMillis()) {
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
            step.fail(null, conversations.current(),
                    Fault.of(Code.AUTH_EXPIRED, "The credential is about to expire; refresh it"));
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
        conversations.forgetAll(step);
    }

    private void refuse(Identity.Verdict.Refused refused, Step step) {
        step.fail(null, null, refused.fault());
        close(refused.close(), switch (refused.close()) {
            case RATE_LIMITED -> "connection_limit";
            case NOT_FOUND -> "conversation_not_found";
            default -> refused.close().name().toLowerCase(Locale.ROOT);
        }, step);
    }

    private void close(CloseCode code, String reason, Step step) {
        close(code, reason, null, step);
    }

    /** A wire that is in use is told before the close frame, unless it has asked for it itself. */
    private void close(CloseCode code, String reason, Duration reconnectAfter, Step step) {
        boolean told = state == State.ACTIVE && code != CloseCode.NORMAL;
        if (state != State.CLOSING && to(State.CLOSING, step.now)) {
            conversations.forgetAll(step);
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
}
