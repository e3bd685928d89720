package dev.hawser.gateway.ws;

import dev.hawser.core.connection.Connection;
import dev.hawser.core.connection.Effect;
import dev.hawser.core.connection.Input;
import dev.hawser.core.connection.State;
import dev.hawser.core.dialect.Dialect;
import dev.hawser.core.dialect.Outbound;
import dev.hawser.core.dialect.Target;
import dev.hawser.core.model.CloseCode;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.ConnectionId;
import dev.hawser.core.model.Event;
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
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One WebSocket: brings what comes from the peer to its {@link Connection} and carries the effects out. All of it happens on
 * the wire's event loop, but for what the mailbox does.
 */
final class Wire extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(Wire.class);

    private final WsServices services;
    private final Endpoint endpoint;
    private final LoopGroup group;
    private final Channel channel;
    private final Client client;
    private final Connection connection;
    private final List<Follower> followers = new ArrayList<>(1);
    private final FramesIn framesIn;
    private final FramesOut framesOut;
    private final Errands errands;
    private final Correlations correlations;
    /** Null where the dialect wants none. */
    private final ConnectionRecords.Entry entry;
    private Principal counted;
    /** Null unless a device has said hello. */
    private DeviceWire device;
    private boolean closeSent;
    /** The peer's frames make no sense any more: its answer to the close frame would not be understood. */
    private boolean deaf;
    private boolean replying;
    /** Of the message that is being taken in. */
    private int messageBytes;
    /** When the client hears of the server next, in milliseconds since 1970 UTC. */
    private long nextBeat = Long.MAX_VALUE;
    /** Where its loop group keeps it. */
    int place;

    /** @param entry the wire's record; null where it has none */
    Wire(WsServices services, Endpoint endpoint, LoopGroup group, Channel channel, Client client, boolean deflates,
            ConnectionRecords.Entry entry) {
        this.entry = entry;
        this.services = services;
        this.endpoint = endpoint;
        this.group = group;
        this.channel = channel;
        this.client = client;
        ConnectionId id = entry == null ? new ConnectionId(services.ids().next()) : entry.id();
        this.connection = endpoint.dialect().ofDevices()
                ? Connection.ofDevice(id, services.bounds().settings(), services.clock().instant())
                : new Connection(
                        id, services.bounds().settings(), endpoint.dialect().roams(), services.clock().instant());
        this.correlations = endpoint.dialect().correlates() ? new Correlations() : null;
        this.framesIn = new FramesIn(services, group, endpoint.metrics());
        this.framesOut = new FramesOut(this, channel, group, endpoint.metrics(), deflates);
        this.errands = new Errands(
                services, channel.eventLoop(), connection.id(), client, this::told, this::drained);
    }

    EventLoop loop() {
        return channel.eventLoop();
    }

    ConnectionId id() {
        return connection.id();
    }

    /** The handshake is answered. */
    void upgraded(Target target) {
        group.add(this);
        endpoint.metrics().opened();
        if (entry != null) {
            entry.opened(this);
        }
        if (dialect().heartbeat() != null) {
            nextBeat = services.clock().millis() + dialect().heartbeat().every().toMillis();
        }
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

    /** Whether events have to be told apart by the message that asked for them. */
    boolean correlates() {
        return correlations != null && !correlations.none();
    }

    /** The frames as this wire's client gets them. */
    List<byte[]> own(SessionId session, List<Event> events, List<byte[]> frames) {
        return correlates() ? correlations.frames(dialect(), session, events, frames) : frames;
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

    Dialect dialect() {
        return endpoint.dialect();
    }

    boolean deflates() {
        return framesOut.deflates();
    }

    /** The frames of messages in this wire's form; the caller's to release. */
    ByteBuf frames(List<byte[]> messages) {
        return framesOut.texts(messages);
    }

    boolean hasRoom() {
        return channel.isWritable();
    }

    Optional<Principal> principal() {
        return connection.state() == State.ACTIVE ? connection.principal() : Optional.empty();
    }

    /** What an operator sees of it; empty unless its owner is known. */
    Optional<LiveWires.LiveWire> shown() {
        return principal().map(owner -> new LiveWires.LiveWire(connection.id(), dialect().name(), owner.tenant(), owner.user(),
                client.shown(), followers.stream().map(follower -> follower.session.session()).toList()));
    }

    void tick(Instant now) {
        if (framesIn.overdue(now)) {
            input(new Input.Broken(CloseCode.POLICY, "message_too_slow"));
        }
        if (now.toEpochMilli() >= nextBeat && connection.state() == State.ACTIVE) {
            nextBeat = now.plus(dialect().heartbeat().every()).toEpochMilli();
            framesOut.text(dialect().heartbeat().frame());
        }
        if (connection.due(now)) {
            carryOut(connection.on(new Input.Ticked(), now));
        }
    }

    void outrun(SessionId session) {
        input(new Input.Outrun(session));
    }

    /** Whether its close frame has been sent. */
    boolean leaving() {
        return closeSent;
    }

    void drain(Duration reconnectAfter) {
        input(new Input.Draining(reconnectAfter));
    }

    /** Its user is none any more. */
    void shutOut() {
        input(new Input.Broken(CloseCode.AUTH_INVALID, "membership_ended"));
    }

    void notify(Outbound.Notice notice) {
        send(Outbound.of(null, notice));
    }

    /** A text from somebody who knows the wire's id. */
    ManagedConnections.Outcome post(byte[] message) {
        if (connection.state() != State.ACTIVE || closeSent) {
            return ManagedConnections.Outcome.GONE;
        }
        if (!channel.isWritable()) {
            return ManagedConnections.Outcome.FULL;
        }
        framesOut.text(message);
        return ManagedConnections.Outcome.DONE;
    }

    /** Closed by somebody who knows the wire's id. */
    ManagedConnections.Outcome dismiss() {
        if (connection.state() != State.ACTIVE || closeSent) {
            return ManagedConnections.Outcome.GONE;
        }
        input(new Input.Broken(CloseCode.NORMAL, "dismissed"));
        return ManagedConnections.Outcome.DONE;
    }

    /** What the socket has not taken after that is what the peer has not. */
    void flush() {
        if (framesOut.flush() > services.bounds().outboundBytes()) {
            input(new Input.Congested());
        }
    }

    /** Events on their way out. */
    void deliver(List<byte[]> events) {
        deliver(frames(events), events.size());
    }

    /** Events on their way out; takes the buffer. */
    void deliver(ByteBuf frames, int events) {
        framesOut.deliver(frames, events);
    }

    /** Reads a page of a session's log off the loop, and hands it over on the loop. */
    void readLog(SessionKey session, long after, int limit, Consumer<SessionLog.Page> page) {
        errands.readLog(session, after, limit, page);
    }

    /** A refusal among the answers to commands is counted and logged where it was made. */
    private void told(Input input) {
        replying = input instanceof Input.Replied;
        input(input);
        replying = false;
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
                    errands.execute(connection.principal().orElseThrow(), execute,
                            dialect().idempotent() ? execute.answers() : null, messageBytes);
                case Effect.Attend(var said) -> attend(said);
                case Effect.Verify verify -> errands.verify(verify, messageBytes);
                case Effect.Open open -> errands.open(connection.principal().orElseThrow(), open, messageBytes);
                case Effect.Follow follow -> follow(follow);
                case Effect.Unfollow unfollow -> unfollow(unfollow.session());
                case Effect.UnfollowAll _ -> unfollowAll();
                case Effect.Listen _ -> channel.config().setAutoRead(true);
            }
        }
    }

    private void attend(Command.OfDevice said) {
        if (device == null) {
            device = new DeviceWire(this, channel.eventLoop(), services.core().devices(), errands);
        }
        device.attend(connection.principal().orElseThrow(), said, messageBytes);
    }

    /** A message of the connection's own, where it is in use. */
    void tell(Outbound.Message message) {
        if (!closeSent && connection.state() == State.ACTIVE) {
            send(Outbound.of(null, message));
        }
    }

    void shut(CloseCode code, String reason) {
        input(new Input.Broken(code, reason));
    }

    private void left() {
        if (device != null) {
            device.gone();
        }
    }

    private void send(Outbound outbound) {
        byte[] message = dialect().encode(outbound, group.messageId(), services.clock().instant());
        if (correlations != null && outbound.answers() != null
                && outbound.message() instanceof Outbound.RunAccepted accepted) {
            correlations.began(accepted.run(), outbound.answers());
        }
        if (correlations != null && outbound.message() instanceof Outbound.Noted noted) {
            correlations.acted(outbound.session(), noted.sequence());
        }
        if (message.length == 0 && outbound.message() instanceof Outbound.Ping) {
            framesOut.write(Frames.ping(channel.alloc()));
        }
        if (message.length > 0) {
            framesOut.text(message);
        }
        if (outbound.message() instanceof Outbound.Failed failed && !replying) {
            Code code = failed.fault().code();
            endpoint.metrics().refused(code.name());
            LOG.atDebug().addKeyValue("connection", connection.id()).addKeyValue("code", code).log("message refused");
        }
    }

    private void close(CloseCode core, String reason) {
        left();
        CloseCode code = dialect().closing(core);
        endpoint.metrics().closed(code);
        LOG.atInfo().addKeyValue("connection", connection.id()).addKeyValue("client", client.shown())
                .addKeyValue("code", code.code())
                .addKeyValue("reason", reason).log("connection closed");
        closing();
        ChannelFuture sent = channel.writeAndFlush(Frames.close(channel.alloc(), code.code(), reason));
        sent.addListener(_ -> connection.closeTaken(services.clock().instant()));
        if (deaf) {
            sent.addListener(_ -> HalfClose.of(channel));
        }
        channel.config().setAutoRead(true);
    }

    /** Holds the peer back while it is ahead of what is done for it. */
    private void holdBack() {
        if (errands.ahead() || connection.holding()) {
            channel.config().setAutoRead(false);
        }
    }

    private void drained() {
        if (errands.level() && !connection.holding() && connection.state() == State.ACTIVE) {
            channel.config().setAutoRead(true);
        }
    }

    private void follow(Effect.Follow follow) {
        unfollow(follow.session());
        SessionKey session = new SessionKey(connection.principal().orElseThrow().tenant(), follow.session());
        Follower follower = new Follower(this, session, follow.epoch(), follow.after());
        followers.add(follower);
        group.follow(follower);
    }

    private void unfollow(SessionId session) {
        followers.removeIf(follower -> {
            boolean matches = follower.session.session().equals(session);
            if (matches) {
                group.unfollow(follower);
            }
            return matches;
        });
    }

    /** The wire is about to be gone. */
    private void unfollowAll() {
        Optional<Principal> user = connection.principal();
        for (Follower follower : followers) {
            group.unfollow(follower);
            errands.inTurn(() -> services.ends().departures()
                    .left(follower.session, user.orElseThrow().user(), endpoint.onDisconnect()));
        }
        followers.clear();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            Instant now = services.clock().instant();
            connection.alive(now);
            if (closeSent) {
                if (message instanceof CloseWebSocketFrame) {
                    channel.close();
                }
                return;
            }
            arrived(framesIn.take((WebSocketFrame) message, now));
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void arrived(Arrival arrival) {
        switch (arrival) {
            case Arrival.Nothing _ -> { }
            case Arrival.Message(byte[] text) -> {
                messageBytes = text.length;
                if (entry != null) {
                    entry.active(services.clock().instant());
                }
                input(new Input.Received(dialect().decode(text)));
                messageBytes = 0;
                holdBack();
            }
            case Arrival.Ping(ByteBuf payload) -> framesOut.write(Frames.pong(channel.alloc(), payload));
            case Arrival.Goodbye(int code) -> closedByPeer(code);
            case Arrival.Wrong wrong -> {
                deaf |= wrong.deaf();
                input(wrong.broken());
            }
        }
    }

    private void closing() {
        closeSent = true;
        if (entry != null) {
            entry.closing();
        }
    }

    private void closedByPeer(int code) {
        left();
        closing();
        endpoint.metrics().closedByPeer(code);
        unfollowAll();
        channel.writeAndFlush(Frames.close(channel.alloc(), code, "")).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (channel.isWritable()) {
            for (Follower follower : List.copyOf(followers)) {
                follower.room();
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
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

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Throwable root = cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
        if (root instanceof CorruptedWebSocketFrameException corrupt) {
            if (closeSent) {
                HalfClose.of(channel);
            }
            arrived(FramesIn.corrupt(corrupt));
        } else if (root instanceof IOException || closeSent) {
            channel.close();
        } else {
            errands.broken("a connection failed", root);
        }
    }
}
