package dev.hawser.gateway.ws;

import dev.hawser.core.connection.Connection;
import dev.hawser.core.connection.Effect;
import dev.hawser.core.connection.Input;
import dev.hawser.core.connection.Opening;
import dev.hawser.core.connection.State;
import dev.hawser.core.dialect.Dialect;
import dev.hawser.core.dialect.Outbound;
import dev.hawser.core.dialect.Target;
import dev.hawser.core.model.Caller;
import dev.hawser.core.model.CloseCode;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.ConnectionId;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Principal;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.port.Identity;
import dev.hawser.core.routing.Router;
import dev.hawser.gateway.edge.HalfClose;
import dev.hawser.gateway.peer.Client;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.zip.DataFormatException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One WebSocket: brings what comes from the peer to its {@link Connection} and carries the effects out. All of it happens on
 * the wire's event loop, but for what the mailbox does.
 */
final class Wire extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(Wire.class);
    /** Tasks under way above which the peer is not read from, and below which it is again. */
    private static final int MANY = 4_096;
    private static final int FEW = 1_024;
    /** The same for the bytes that they hold. */
    private static final int MUCH = 1 << 20;
    private static final int LITTLE = MUCH / 2;
    /** RFC 6455 §7.4.2; Netty knows the lower bound only. */
    private static final int MAX_CLOSE_CODE = 4_999;
    /** RSV1 as Netty numbers it (RFC 7692 §6). */
    private static final int COMPRESSED = 4;

    private final WsServices services;
    private final Endpoint endpoint;
    private final LoopGroup group;
    private final Channel channel;
    private final Client client;
    private final Connection connection;
    private final List<Follower> followers = new ArrayList<>(1);
    private Mailbox mailbox;
    private Fragments fragments;
    private Principal counted;
    private final boolean deflates;
    private boolean unflushed;
    private boolean closeSent;
    /** The peer's frames make no sense any more: its answer to the close frame would not be understood. */
    private boolean deaf;
    private boolean replying;
    /** Of the message that is being taken in. */
    private int messageBytes;
    /** Where its loop group keeps it. */
    int place;

    Wire(WsServices services, Endpoint endpoint, LoopGroup group, Channel channel, Client client, boolean deflates) {
        this.services = services;
        this.endpoint = endpoint;
        this.group = group;
        this.channel = channel;
        this.client = client;
        this.deflates = deflates;
        this.connection = new Connection(
                new ConnectionId(services.ids().next()), services.settings(), services.clock().instant());
    }

    ConnectionId id() {
        return connection.id();
    }

    /** The handshake is answered. */
    void upgraded(Target target) {
        group.add(this);
        endpoint.metrics().opened();
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
            Thread.ofVirtual().name("verify").start(() -> {
                Identity.Verdict verdict = verify(credential);
                onLoop(() -> input(new Input.Verified(limited(verdict))));
            });
        }
    }

    private Identity.Verdict verify(Identity.Credential credential) {
        try {
            Identity.Verdict verdict = services.identity().verify(credential, services.clock().instant());
            if (verdict instanceof Identity.Verdict.Refused(Fault fault, CloseCode _)) {
                services.addresses().refused(client.address(), credential, fault);
            }
            return verdict;
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("a credential could not be verified");
            return new Identity.Verdict.Refused(Fault.of(Code.INTERNAL_ERROR), CloseCode.TRY_AGAIN_LATER);
        }
    }

    private Identity.Verdict limited(Identity.Verdict verdict) {
        if (verdict instanceof Identity.Verdict.Accepted(Principal principal)) {
            if (!channel.isActive() || !services.limits().enter(principal)) {
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
        return deflates;
    }

    /** The frames of messages in this wire's form; the caller's to release. */
    ByteBuf frames(List<byte[]> messages) {
        return Frames.texts(channel.alloc(), messages, deflates ? group.deflate() : null);
    }

    boolean hasRoom() {
        return channel.isWritable();
    }

    Optional<Principal> principal() {
        return connection.state() == State.ACTIVE ? connection.principal() : Optional.empty();
    }

    void tick(Instant now) {
        if (connection.due(now)) {
            carryOut(connection.on(new Input.Ticked(), now));
        }
    }

    void outrun(SessionId session) {
        input(new Input.Outrun(session));
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

    /** What the socket has not taken after that is what the peer has not. */
    void flush() {
        unflushed = false;
        channel.flush();
        ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
        if (pending != null && pending.totalPendingWriteBytes() > services.outboundBytes()) {
            input(new Input.Congested());
        }
    }

    /** Events on their way out. */
    void deliver(List<byte[]> events) {
        deliver(frames(events), events.size());
    }

    /** Events on their way out; takes the buffer. */
    void deliver(ByteBuf frames, int events) {
        endpoint.metrics().delivered(events, frames.readableBytes());
        write(frames);
    }

    /** Reads a page of a session's log off the loop, and hands it over on the loop. */
    void readLog(SessionKey session, long after, int limit, Consumer<List<Event>> page) {
        Thread.ofVirtual().name("replay").start(() -> {
            try {
                List<Event> events = services.sessions().events(session, after, limit);
                onLoop(() -> page.accept(events));
            } catch (RuntimeException e) {
                broken("a log could not be read", e);
            }
        });
    }

    private void broken(String what, Throwable failure) {
        LOG.atError().setCause(failure).addKeyValue("connection", connection.id()).log(what);
        onLoop(() -> input(new Input.Broken(CloseCode.INTERNAL, "internal_error")));
    }

    /** From any thread. Where the loop has ended, so has the wire. */
    private void onLoop(Runnable task) {
        try {
            channel.eventLoop().execute(task);
        } catch (RejectedExecutionException e) {
            LOG.atDebug().addKeyValue("connection", connection.id()).log("the event loop has ended");
        }
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
                case Effect.Execute execute -> execute(execute);
                case Effect.Verify verify -> verify(verify);
                case Effect.Open open -> open(open);
                case Effect.Follow follow -> follow(follow);
                case Effect.Unfollow unfollow -> unfollow(unfollow.session());
                case Effect.UnfollowAll _ -> unfollowAll();
                case Effect.Listen _ -> channel.config().setAutoRead(true);
            }
        }
    }

    private void send(Outbound outbound) {
        byte[] message = dialect().encode(outbound, group.messageId(), services.clock().instant());
        if (message.length > 0) {
            endpoint.metrics().sent(message.length);
            write(Frames.text(channel.alloc(), message, deflates ? group.deflate() : null));
        }
        if (outbound.message() instanceof Outbound.Failed failed && !replying) {
            Code code = failed.fault().code();
            endpoint.metrics().refused(code.name());
            LOG.atDebug().addKeyValue("connection", connection.id()).addKeyValue("code", code).log("message refused");
        }
    }

    /** A command was answered; a refusal among the answers is counted and logged where it was made. */
    private void replied(Input.Replied replied) {
        replying = true;
        input(replied);
        replying = false;
    }

    private void write(ByteBuf buffer) {
        channel.write(buffer, channel.voidPromise());
        if (!unflushed) {
            unflushed = true;
            group.flushSoon(this);
        }
    }

    private void close(CloseCode code, String reason) {
        endpoint.metrics().closed(code);
        LOG.atInfo().addKeyValue("connection", connection.id()).addKeyValue("client", client.shown())
                .addKeyValue("code", code.code())
                .addKeyValue("reason", reason).log("connection closed");
        closeSent = true;
        ChannelFuture sent = channel.writeAndFlush(Frames.close(channel.alloc(), code.code(), reason));
        if (deaf) {
            sent.addListener(_ -> HalfClose.of(channel));
        }
        channel.config().setAutoRead(true);
    }

    private Mailbox mailbox() {
        if (mailbox == null) {
            mailbox = new Mailbox(channel.eventLoop(), services.ledger(), this::drained);
        }
        return mailbox;
    }

    /** Holds the peer back while it is ahead of what is done for it. */
    private void holdBack() {
        boolean ahead = mailbox != null && (mailbox.size() > MANY || mailbox.bytes() > MUCH);
        if (ahead || connection.holding()) {
            channel.config().setAutoRead(false);
        }
    }

    private void drained() {
        boolean level = mailbox.size() < FEW && mailbox.bytes() < LITTLE;
        if (level && !connection.holding() && connection.state() == State.ACTIVE) {
            channel.config().setAutoRead(true);
        }
    }

    private void execute(Effect.Execute execute) {
        Principal principal = connection.principal().orElseThrow();
        Caller caller = new Caller(principal, execute.answers(), connection.id());
        mailbox().add(() -> services.router().handle(caller, execute.command()).handle((reply, failure) -> {
            if (failure == null) {
                onLoop(() -> replied(new Input.Replied(execute, reply)));
            } else {
                broken("a command could not be handled", failure);
            }
            return null;
        }), Router.pipelines(execute.command()), messageBytes);
    }

    private void verify(Effect.Verify verify) {
        mailbox().add(() -> {
            Identity.Verdict verdict = verify(new Identity.Credential.Token(verify.token()));
            onLoop(() -> input(new Input.Refreshed(verify.answers(), verdict)));
            return CompletableFuture.completedFuture(null);
        }, false, messageBytes);
    }

    private void open(Effect.Open open) {
        Principal principal = connection.principal().orElseThrow();
        mailbox().add(() -> {
            try {
                Optional<Opening> found = services.sessions().open(principal, open);
                onLoop(() -> input(new Input.Opened(open, found)));
            } catch (RuntimeException e) {
                broken("a conversation could not be opened", e);
            }
            return CompletableFuture.completedFuture(null);
        }, false, messageBytes);
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

    private void unfollowAll() {
        followers.forEach(group::unfollow);
        followers.clear();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            connection.alive(services.clock().instant());
            if (closeSent) {
                if (message instanceof CloseWebSocketFrame) {
                    channel.close();
                }
                return;
            }
            frame((WebSocketFrame) message);
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void frame(WebSocketFrame frame) {
        boolean first = frame instanceof TextWebSocketFrame || frame instanceof BinaryWebSocketFrame;
        if (frame.rsv() != 0 && !(first && frame.rsv() == COMPRESSED)) {
            input(new Input.Broken(CloseCode.PROTOCOL_ERROR, "protocol_error"));
            return;
        }
        switch (frame) {
            case TextWebSocketFrame text when text.isFinalFragment() -> received(bytes(text.content()), frame.rsv() != 0);
            case TextWebSocketFrame text -> {
                fragments = new Fragments(services.settings().maxMessageBytes(), frame.rsv() != 0);
                fragment(text);
            }
            case ContinuationWebSocketFrame more -> fragment(more);
            case BinaryWebSocketFrame _ -> input(new Input.Broken(CloseCode.UNSUPPORTED_DATA, "binary_frame"));
            case PingWebSocketFrame ping -> write(Frames.pong(channel.alloc(), ping.content()));
            case PongWebSocketFrame _ -> { }
            case CloseWebSocketFrame close when close.statusCode() > MAX_CLOSE_CODE -> {
                deaf = true;
                input(new Input.Broken(CloseCode.PROTOCOL_ERROR, "protocol_error"));
            }
            case CloseWebSocketFrame close -> closedByPeer(close);
            default -> throw new IllegalStateException("unexpected in a wire: " + frame.getClass());
        }
    }

    private static byte[] bytes(ByteBuf content) {
        byte[] bytes = new byte[content.readableBytes()];
        content.readBytes(bytes);
        return bytes;
    }

    private void fragment(WebSocketFrame frame) {
        switch (fragments.add(frame)) {
            case MORE -> { }
            case TOO_BIG -> input(new Input.Broken(CloseCode.TOO_BIG, "message_too_big"));
            case TOO_MANY -> input(new Input.Broken(CloseCode.POLICY, "too_many_fragments"));
            case WHOLE -> {
                Fragments whole = fragments;
                fragments = null;
                received(whole.bytes(), whole.compressed());
            }
        }
    }

    private void received(byte[] payload, boolean compressed) {
        endpoint.metrics().received(payload.length);
        try {
            received(compressed ? group.deflate().inflate(payload, services.inflatedBytes().orElseThrow()) : payload);
        } catch (Deflate.TooBig e) {
            input(new Input.Broken(CloseCode.TOO_BIG, "message_too_big"));
        } catch (DataFormatException e) {
            input(new Input.Broken(CloseCode.INVALID_UTF8, "invalid_compression"));
        }
    }

    private void received(byte[] message) {
        if (!Utf8.valid(message)) {
            input(new Input.Broken(CloseCode.INVALID_UTF8, "invalid_utf8"));
            return;
        }
        messageBytes = message.length;
        input(new Input.Received(dialect().decode(message)));
        messageBytes = 0;
        holdBack();
    }

    private void closedByPeer(CloseWebSocketFrame close) {
        closeSent = true;
        int code = close.statusCode() < 0 ? CloseCode.NORMAL.code() : close.statusCode();
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
        unfollowAll();
        group.remove(this);
        endpoint.metrics().gone();
        if (counted != null) {
            services.limits().leave(counted);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Throwable root = cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
        if (root instanceof CorruptedWebSocketFrameException corrupt) {
            deaf = true;
            if (closeSent) {
                HalfClose.of(channel);
            }
            input(switch (corrupt.closeStatus().code()) {
                case 1007 -> new Input.Broken(CloseCode.INVALID_UTF8, "invalid_utf8");
                case 1009 -> new Input.Broken(CloseCode.TOO_BIG, "message_too_big");
                default -> new Input.Broken(CloseCode.PROTOCOL_ERROR, "protocol_error");
            });
        } else {
            if (root instanceof IOException || closeSent) {
                channel.close();
            } else {
                broken("a connection failed", root);
            }
        }
    }
}
