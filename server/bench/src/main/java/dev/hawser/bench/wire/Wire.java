package dev.hawser.bench.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One client connection: handshake, frame headers, answers to ping and close, and counters; nothing else of WebSocket.
 * The counters are written by the wire's event loop once per socket read and may be read by any thread.
 */
public final class Wire extends ChannelInboundHandlerAdapter {
    private static final byte[] END_OF_HEAD = Scan.needle("\r\n\r\n");
    private static final int MAX_FRAME_BYTES = 1 << 24;

    private final Endpoint endpoint;
    private final FrameListener listener;
    private CompletableFuture<Wire> opening;
    private Channel channel;
    private ByteBuf pending;
    private int closeCode;

    private volatile long frames;
    private volatile long bytes;
    private volatile long reads;

    Wire(Endpoint endpoint, FrameListener listener, CompletableFuture<Wire> opening) {
        this.endpoint = endpoint;
        this.listener = listener;
        this.opening = opening;
    }

    /** Text frames received so far. */
    public long frames() {
        return frames;
    }

    /** Payload bytes of those frames. */
    public long bytes() {
        return bytes;
    }

    /** Socket reads that brought at least one of them. */
    public long reads() {
        return reads;
    }

    /** Whether the connection is up. */
    public boolean isOpen() {
        return channel != null && channel.isActive();
    }

    /** Sends one text frame; any thread, never blocks. */
    public void send(String text) {
        channel.writeAndFlush(ClientFrames.text(channel.alloc(), text), channel.voidPromise());
    }

    /** Sends what {@link ClientFrames} encoded, in one write; takes the buffer over. Any thread. */
    public void sendEncoded(ByteBuf encoded) {
        channel.writeAndFlush(encoded, channel.voidPromise());
    }

    /** Starts the closing handshake with code 1000. */
    public void close() {
        ByteBuf out = channel.alloc().buffer(16);
        ClientFrames.append(out, ClientFrames.CLOSE, new byte[] {0x03, (byte) 0xE8});
        channel.writeAndFlush(out, channel.voidPromise());
    }

    /** Drops the connection without a word. */
    public void abort() {
        channel.close();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        channel = ctx.channel();
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        byte[] nonce = new byte[16];
        ThreadLocalRandom.current().nextBytes(nonce);
        byte[] request = endpoint.upgradeRequest(Base64.getEncoder().encodeToString(nonce));
        ctx.writeAndFlush(ctx.alloc().buffer(request.length).writeBytes(request), ctx.voidPromise());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        long now = System.nanoTime();
        ByteBuf in = (ByteBuf) message;
        if (pending != null) {
            ByteBuf joined = pending.writeBytes(in);
            in.release();
            pending = null;
            in = joined;
        }
        try {
            if (opening == null || finishHandshake(ctx, in)) {
                readFrames(ctx, in, now);
            }
            if (in.isReadable()) {
                pending = ctx.alloc().buffer(Math.max(1024, in.readableBytes() * 2)).writeBytes(in);
            }
        } finally {
            in.release();
        }
    }

    private boolean finishHandshake(ChannelHandlerContext ctx, ByteBuf in) {
        int end = Scan.after(in, in.readerIndex(), in.writerIndex(), END_OF_HEAD);
        if (end < 0) {
            return false;
        }
        String head = in.readCharSequence(end - in.readerIndex(), StandardCharsets.ISO_8859_1).toString();
        if (!head.startsWith("HTTP/1.1 101 ")) {
            fail(new IllegalStateException("the server refused the upgrade: " + head.lines().findFirst().orElse("")));
            in.skipBytes(in.readableBytes());
            ctx.close();
            return false;
        }
        CompletableFuture<Wire> done = opening;
        opening = null;
        done.complete(this);
        return true;
    }

    private void readFrames(ChannelHandlerContext ctx, ByteBuf in, long now) {
        int texts = 0;
        long payloads = 0;
        while (in.readableBytes() >= 2) {
            int start = in.readerIndex();
            int lengthByte = in.getByte(start + 1) & 0x7F;
            int header = lengthByte < 126 ? 2 : lengthByte == 126 ? 4 : 10;
            if (in.readableBytes() < header) {
                break;
            }
            long length = lengthByte < 126 ? lengthByte
                    : lengthByte == 126 ? in.getUnsignedShort(start + 2) : in.getLong(start + 2);
            if (length < 0 || length > MAX_FRAME_BYTES) {
                closeCode = 1009;
                in.skipBytes(in.readableBytes());
                ctx.close();
                break;
            }
            if (in.readableBytes() < header + length) {
                break;
            }
            int opcode = in.getByte(start) & 0x0F;
            in.skipBytes(header);
            if (opcode == ClientFrames.TEXT) {
                texts++;
                payloads += length;
                listener.text(this, in, in.readerIndex(), (int) length, now);
            } else {
                control(ctx, in, opcode, (int) length);
            }
            in.readerIndex(start + header + (int) length);
        }
        if (texts > 0) {
            frames = frames + texts;
            bytes = bytes + payloads;
            reads = reads + 1;
        }
    }

    private void control(ChannelHandlerContext ctx, ByteBuf in, int opcode, int length) {
        if (opcode != ClientFrames.PING && opcode != ClientFrames.CLOSE) {
            return;
        }
        byte[] payload = new byte[length];
        in.getBytes(in.readerIndex(), payload);
        ByteBuf answer = ctx.alloc().buffer(length + 8);
        if (opcode == ClientFrames.PING) {
            ClientFrames.append(answer, ClientFrames.PONG, payload);
            ctx.writeAndFlush(answer, ctx.voidPromise());
            return;
        }
        closeCode = length >= 2 ? in.getUnsignedShort(in.readerIndex()) : 1005;
        ClientFrames.append(answer, ClientFrames.CLOSE, payload);
        ctx.writeAndFlush(answer).addListener(_ -> ctx.close());
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (pending != null) {
            pending.release();
            pending = null;
        }
        fail(new IllegalStateException("the server closed the connection during the handshake"));
        listener.closed(this, closeCode == 0 ? 1006 : closeCode);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(cause);
        ctx.close();
    }

    private void fail(Throwable cause) {
        if (opening != null) {
            CompletableFuture<Wire> failed = opening;
            opening = null;
            failed.completeExceptionally(cause);
        }
    }
}
