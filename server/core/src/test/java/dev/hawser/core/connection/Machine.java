package dev.hawser.core.connection;

import dev.hawser.core.dialect.Decoded;
import dev.hawser.core.dialect.Outbound;
import dev.hawser.core.dialect.Target;
import dev.hawser.core.model.CloseCode;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.ConnectionId;
import dev.hawser.core.model.Epoch;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Position;
import dev.hawser.core.model.Principal;
import dev.hawser.core.model.Reply;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import dev.hawser.core.port.Identity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A connection with a clock that the test sets, and its last effects. */
final class Machine {
    static final Instant START = Instant.parse("2026-01-31T12:00:00Z");
    static final SessionId C1 = new SessionId("c1");
    static final SessionId C2 = new SessionId("c2");
    static final Epoch EPOCH = new Epoch("e1");
    static final Principal ANN = principal("acme", "ann", Instant.MAX);

    final Connection connection;
    Instant now = START;
    List<Effect> effects = List.of();

    Machine() {
        this(ConnectionSettings.DEFAULTS);
    }

    Machine(ConnectionSettings settings) {
        connection = new Connection(new ConnectionId("k1"), settings, now);
    }

    /** One of a dialect whose messages go where they say. */
    static Machine roaming() {
        return new Machine(new Connection(new ConnectionId("k1"), ConnectionSettings.DEFAULTS, true, START));
    }

    /** The wire of a device. */
    static Machine ofDevice() {
        return new Machine(Connection.ofDevice(new ConnectionId("k1"), ConnectionSettings.DEFAULTS, START));
    }

    private Machine(Connection connection) {
        this.connection = connection;
    }

    static Principal principal(String tenant, String user, Instant expiresAt) {
        return new Principal(new TenantId(tenant), new UserId(user), Set.of(), expiresAt);
    }

    static ConnectionSettings grace(Duration grace) {
        ConnectionSettings defaults = ConnectionSettings.DEFAULTS;
        return new ConnectionSettings(defaults.heartbeat(), defaults.heartbeatTimeout(), defaults.messagesPerSecond(),
                defaults.messageBurst(), defaults.maxMessageBytes(), grace);
    }

    /** A machine in the given state, reached by legal steps only. */
    static Machine in(State state) {
        Machine machine = new Machine(grace(Duration.ofSeconds(5)));
        switch (state) {
            case CONNECTING -> { }
            case CONNECTED -> machine.upgraded(null);
            case AUTHENTICATED -> machine.upgraded(C1).verified(ANN);
            case ACTIVE -> machine.active();
            case PAUSED -> throw new IllegalArgumentException("a machine does not stay paused");
            case RECONNECTING -> machine.active().on(new Input.Lost());
            case CLOSING -> machine.active().on(new Input.Broken(CloseCode.POLICY, "test"));
            case CLOSED -> machine.on(new Input.Lost());
        }
        return machine;
    }

    /** In use, without a conversation. */
    Machine active() {
        return upgraded(null).verified(ANN);
    }

    /** In use, watching {@link #C1} from its end at 7 on. */
    Machine watching() {
        return upgraded(C1).verified(ANN).opened(new Opening(position(1, 7), null, null));
    }

    Machine on(Input input) {
        effects = connection.on(input, now);
        return this;
    }

    Machine after(Duration time) {
        now = now.plus(time);
        return this;
    }

    Machine tick() {
        return on(new Input.Ticked());
    }

    Machine upgraded(SessionId session) {
        return on(new Input.Upgraded(new Target.Valid(session, null, null, null)));
    }

    Machine verified(Principal principal) {
        return on(new Input.Verified(new Identity.Verdict.Accepted(principal)));
    }

    Machine receive(String id, Command command) {
        return on(new Input.Received(new Decoded.Accepted(id, command)));
    }

    Machine nonsense() {
        return on(new Input.Received(new Decoded.Rejected("x", Fault.of(Code.UNKNOWN_TYPE))));
    }

    Machine say(String id, SessionId session) {
        return receive(id, new Command.SendMessage(session, "hello", null, null, null));
    }

    Machine opened(Opening opening) {
        return on(new Input.Opened(only(Effect.Open.class), Optional.ofNullable(opening)));
    }

    Machine reply(Reply reply) {
        return on(new Input.Replied(only(Effect.Execute.class), reply));
    }

    static Position position(long first, long last) {
        return new Position(EPOCH, first, last);
    }

    /** The one effect of the kind. */
    <T extends Effect> T only(Class<T> kind) {
        List<T> found = all(kind);
        if (found.size() != 1) {
            throw new AssertionError("expected one " + kind.getSimpleName() + " in " + effects);
        }
        return found.getFirst();
    }

    <T extends Effect> List<T> all(Class<T> kind) {
        return effects.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    List<Outbound.Message> sent() {
        return all(Effect.Send.class).stream().map(send -> send.message().message()).toList();
    }

    List<Code> faults() {
        return sent().stream().filter(Outbound.Failed.class::isInstance)
                .map(message -> ((Outbound.Failed) message).fault().code()).toList();
    }

    List<CloseCode> closes() {
        return all(Effect.Close.class).stream().map(Effect.Close::code).toList();
    }
}
