package dev.hawser.gateway.ws;

import dev.hawser.core.connection.Connection;
import dev.hawser.core.connection.Effect;
import dev.hawser.core.connection.Input;
import dev.hawser.core.connection.State;
import dev.hawser.core.dialect.Outbound;
import dev.hawser.core.dialect.Target;
import dev.hawser.core.model.CloseCode;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.ConnectionId;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Principal;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.port.Identity;
import dev.hawser.core.port.SessionLog;
import dev.hawser.gateway.edge.HalfClose;
import dev.hawser.gateway.http.LiveWires;
import dev.hawser.gateway.http.ManagedConnections;
import dev.hawser.gateway.peer.Client;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One WebSocket: brings what arrives to its {@link Connection} and carries the effects out. What the peer sends comes through
 * {@link FramesIn}, what it is sent goes through {@link FramesOut}, and what may block is an errand. All of it happens on the
 * wire's event loop, but for what the mailbox does.
 */
final class Wire {
    private static final Logger LOG = LoggerFactory.getLogger(Wire.class);

    private final WsServices services;
    private final Endpoint endpoint;
    private final LoopGroup group;
    private final Channel channel;
    private final Client client;
    private final Connection connection;
    private final FramesIn framesIn;
    private final FramesOut framesOut;
    private final Following following;
    private final Errands errands;
    /** Null where the dialect wants none. */
    private final ConnectionRecords.Entry entry;
    /** Null unless it counts among its owner's wires. */
    private Principal counted;
    /** Null unless a device has said hello. */
    private DeviceWire device;
    private boolean closeSent;
    /** The peer's frames make no sense any more: its answer to the close frame would not be understood. */
    private boolean deaf;
    private boolean replying;
    /** Of the message that is being taken in. */
    private int messageBytes;
    /** Where its loop group keeps it. */
    int place;

    /** @param entry the wire's record; null where it has none */
    Wire(WsServices services, Endpoint endpoint, LoopGroup group, Channel channel, Client client, boolean deflates,
            ConnectionRecords.Entry entry) {
        this.services = services;
        this.endpoint = endpoint;
        this.group = group;
        this.channel = channel;
        this.client = client;
        this.entry = entry;
        ConnectionId id = entry == null ? new ConnectionId(services.ids().next()) : entry.id();
        this.connection = endpoint.connection(id, services.bounds().settings(), services.clock().instant());
        this.framesIn = new FramesIn(this, services, group, endpoint.metrics());
        this.framesOut = new FramesOut(this, channel, group, endpoint, deflates);
        this.following = new Following(this, group);
        this.errands = new Errands(services, this);
    }

    EventLoop loop() {
        return channel.eventLoop();
    }

    ConnectionId id() {
        return connection.id();
    }

    Client client() {
        return client;
    }

    /** The way from its client: the handler of the channel. */
    FramesIn in() {
        return framesIn;
    }

    /** The way to its client. */
    FramesOut out() {
        return framesOut;
    }

    /** Whether its close frame is on the way: what the peer says from then on is not listened to. */
    boolean leaving() {
        return closeSent;
    }

    /** Whom it belongs to; empty unless it is in use. */
    Optional<Principal> principal() {
        return inUse() ? connection.principal() : Optional.empty();
    }

    /** What an operator sees of it; empty unless its owner is known. */
    Optional<LiveWires.LiveWire> shown() {
        return principal().map(owner -> new LiveWires.LiveWire(connection.id(), endpoint.dialect().name(), owner.tenant(),
                owner.user(), client.shown(), following.sessions()));
    }

    /** The handshake is answered. */
    void upgraded(Target target) {
        group.add(this);
        endpoint.metrics().opened();
        if (entry != null) {
            entry.opened(this);
        }
        framesOut.opened(services.clock().instant());
        input(new Input.Upgraded(target));
    }

    /**
     * Lets the peer in once its credential is verified.
     *
     * @param refused why it is not let in, whatever its credential; empty where nothing speaks against it
     */
    void admit(Identity.Credential credential, Optional<Fault> refused) {
        if (connection.state() != State.CONNECTED) {
            return;
        }
        if (refused.isPresent()) {
            input(new Input.Verified(new Identity.Verdict.Refused(refused.get(), CloseCode.RATE_LIMITED)));
        } else {
            errands.admit(credential, this::admit);
        }
    }

    /** Lets the peer in, or not, as its credential was found to be. */
    void admit(Identity.Verdict verdict) {
        input(new Input.Verified(limited(verdict)));
    }

    private Identity.Verdict limited(Identity.Verdict verdict) {
        if (verdict instanceof Identity.Verdict.Accepted(Principal principal)) {
            if (!channel.isActive() || !services.entrance().limits().enter(principal)) {
                return new Identity.Verdict.Refused(
                        Fault.of(Code.RATE_LIMITED, "Too many connections"), CloseCode.RATE_LIMITED);
            }
            counted = principal;
        }
        return verdict;
    }

    /** A frame of whatever kind has come. */
    void alive(Instant now) {
        connection.alive(now);
    }

    /** What the peer's frames come to. */
    void arrived(Arrival arrival, Instant now) {
        switch (arrival) {
            case Arrival.Nothing _ -> { }
            case Arrival.Message(byte[] text) -> take(text, now);
            case Arrival.Ping(ByteBuf payload) -> framesOut.pong(payload);
            case Arrival.Goodbye(int code) -> closedByPeer(code);
            case Arrival.Wrong wrong -> {
                deaf |= wrong.deaf();
                input(wrong.broken());
            }
        }
    }

    /** Takes a message in, and holds the peer back while it is ahead of what is done for it. */
    private void take(byte[] message, Instant now) {
        messageBytes = message.length;
        if (entry != null) {
            entry.active(now);
        }
        input(new Input.Received(endpoint.dialect().decode(message)));
        messageBytes = 0;
        if (errands.ahead() || connection.holding()) {
            channel.config().setAutoRead(false);
        }
    }

    /** Looks at what only time brings about. */
    void tick(Instant now) {
        if (framesIn.overdue(now)) {
            input(new Input.Broken(CloseCode.POLICY, "message_too_slow"));
        }
        if (inUse()) {
            framesOut.beat(now);
        }
        if (connection.due(now)) {
            carryOut(connection.on(new Input.Ticked(), now));
        }
    }

    /** What the socket has not taken after that is what the peer has not. */
    void flush() {
        if (framesOut.flush() > services.bounds().outboundBytes()) {
            input(new Input.Congested());
        }
    }

    /** The peer takes more, or no more for now. */
    void roomChanged() {
        if (framesOut.hasRoom()) {
            following.room();
        }
    }

    /** Something of our own went wrong. */
    void failed(Throwable failure) {
        errands.broken("a connection failed", failure);
    }

    /** The channel is closed. */
    void gone() {
        if (!closeSent) {
            endpoint.metrics().lost();
        }
        input(new Input.Lost());
        left();
        unfollowAll();
        connection.principal().ifPresent(principal -> errands.inTurn(() -> services.ends().departures()
                .gone(principal.tenant(), connection.id(), endpoint.onDisconnect())));
        group.remove(this);
        endpoint.metrics().gone();
        if (entry != null) {
            entry.gone();
        }
        if (counted != null) {
            services.entrance().limits().leave(counted);
        }
    }

    /** Asks the client to go elsewhere. */
    void drain(Duration reconnectAfter) {
        input(new Input.Draining(reconnectAfter));
    }

    /** Its user is none any more. */
    void shutOut() {
        shut(CloseCode.AUTH_INVALID, "membership_ended");
    }

    void shut(CloseCode code, String reason) {
        input(new Input.Broken(code, reason));
    }

    void notify(Outbound.Notice notice) {
        send(Outbound.of(null, notice));
    }

    /** A message of the connection's own, where it is in use. */
    void tell(Outbound.Message message) {
        if (!closeSent && inUse()) {
            send(Outbound.of(null, message));
        }
    }

    /** A text from somebody who knows the wire's id. */
    ManagedConnections.Outcome post(byte[] message) {
        if (closeSent || !inUse()) {
            return ManagedConnections.Outcome.GONE;
        }
        if (!framesOut.hasRoom()) {
            return ManagedConnections.Outcome.FULL;
        }
        framesOut.text(message);
        return ManagedConnections.Outcome.DONE;
    }

    /** Closed by somebody who knows the wire's id. */
    ManagedConnections.Outcome dismiss() {
        if (closeSent || !inUse()) {
            return ManagedConnections.Outcome.GONE;
        }
        shut(CloseCode.NORMAL, "dismissed");
        return ManagedConnections.Outcome.DONE;
    }

    /** Reads a page of a session's log off the loop, and hands it over on the loop. */
    void readLog(SessionKey session, long after, int limit, Consumer<SessionLog.Page> page) {
        errands.readLog(session, after, limit, page);
    }

    /** The log has been trimmed beyond where this wire reads. */
    void outrun(SessionId session) {
        input(new Input.Outrun(session));
    }

    /** What came of an errand. A refusal among the answers to commands is counted and logged where it was made. */
    void told(Input input) {
        replying = input instanceof Input.Replied;
        input(input);
        replying = false;
    }

    /** Some errands are done. */
    void drained() {
        if (errands.level() && !connection.holding() && inUse()) {
            channel.config().setAutoRead(true);
        }
    }

    private boolean inUse() {
        return connection.state() == State.ACTIVE;
    }

    private void input(Input input) {
        carryOut(connection.on(input, services.clock().instant()));
    }

    private void carryOut(List<Effect> effects) {
        for (Effect effect : effects) {
            switch (effect) {
                case Effect.Send send -> send(send.message());
                case Effect.Close close -> close(close.code(), close.reason());
                case Effect.Abort _ -> channel.close();
                case Effect.Execute execute ->
                    errands.execute(owner(), execute, endpoint.dialect().idempotent() ? execute.answers() : null, messageBytes);
                case Effect.Attend(var said) -> attend(said);
                case Effect.Verify verify -> errands.verify(verify, messageBytes);
                case Effect.Open open -> errands.open(owner(), open, messageBytes);
                case Effect.Follow(var session, var epoch, var after) ->
                    following.begin(new SessionKey(owner().tenant(), session), epoch, after);
                case Effect.Unfollow(var session) -> following.end(session);
                case Effect.UnfollowAll _ -> unfollowAll();
                case Effect.Listen _ -> channel.config().setAutoRead(true);
            }
        }
    }

    private Principal owner() {
        return connection.principal().orElseThrow();
    }

    private void send(Outbound outbound) {
        framesOut.message(outbound, services.clock().instant());
        if (outbound.message() instanceof Outbound.Failed failed && !replying) {
            Code code = failed.fault().code();
            endpoint.metrics().refused(code.name());
            LOG.atDebug().addKeyValue("connection", connection.id()).addKeyValue("code", code).log("message refused");
        }
    }

    private void attend(Command.OfDevice said) {
        if (device == null) {
            device = new DeviceWire(this, channel.eventLoop(), services.core().devices(), errands);
        }
        device.attend(owner(), said, messageBytes);
    }

    private void close(CloseCode core, String reason) {
        left();
        CloseCode code = endpoint.dialect().closing(core);
        endpoint.metrics().closed(code);
        LOG.atInfo().addKeyValue("connection", connection.id()).addKeyValue("client", client.shown())
                .addKeyValue("code", code.code())
                .addKeyValue("reason", reason).log("connection closed");
        ChannelFuture sent = goodbye(code.code(), reason);
        sent.addListener(_ -> connection.closeTaken(services.clock().instant()));
        if (deaf) {
            sent.addListener(_ -> HalfClose.of(channel));
        }
        channel.config().setAutoRead(true);
    }

    private void closedByPeer(int code) {
        left();
        endpoint.metrics().closedByPeer(code);
        unfollowAll();
        goodbye(code, "").addListener(ChannelFutureListener.CLOSE);
    }

    private ChannelFuture goodbye(int code, String reason) {
        closeSent = true;
        if (entry != null) {
            entry.closing();
        }
        return framesOut.goodbye(code, reason);
    }

    /** A device is reached by this wire no more. */
    private void left() {
        if (device != null) {
            device.gone();
        }
    }

    private void unfollowAll() {
        following.endAll().forEach(session -> errands.inTurn(() -> services.ends().departures()
                .left(session, owner().user(), endpoint.onDisconnect())));
    }
}
