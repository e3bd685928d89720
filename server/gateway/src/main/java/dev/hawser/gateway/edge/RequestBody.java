package dev.hawser.gateway.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A request's body on its way from the event loop to the thread that reads it. Holds a bounded piece of it; while that is
 * full, the event loop reads no further. Reading blocks until there are bytes.
 */
final class RequestBody extends InputStream {
    /** Bytes held before the peer is held back. */
    private static final int HELD = 64 * 1024;
    /** A body whose length is not announced. */
    static final long UNKNOWN = -1;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Queue<byte[]> pieces = new ArrayDeque<>(4);
    private final long announced;
    private final long limit;
    private final Runnable onFirstRead;
    private final Runnable onRoom;
    private byte[] piece = new byte[0];
    private int next;
    private int held;
    private long total;
    private boolean readOnce;
    private boolean ended;
    private boolean discarded;
    private boolean tooLarge;
    private boolean peerLeft;

    /**
     * @param announced   how long it is going to be, or {@link #UNKNOWN}
     * @param limit       the most bytes that are taken
     * @param onFirstRead run by the reading thread before it first waits
     * @param onRoom      run by the reading thread when there is room again
     */
    RequestBody(long announced, long limit, Runnable onFirstRead, Runnable onRoom) {
        this.announced = announced;
        this.ended = announced == 0;
        this.limit = limit;
        this.onFirstRead = onFirstRead;
        this.onRoom = onRoom;
    }

    /** Takes some bytes. For the event loop. Does not release them. Where they are too many, the reader is told so. */
    void offer(ByteBuf bytes) {
        lock.lock();
        try {
            total += bytes.readableBytes();
            if (total > limit) {
                tooLarge = true;
                pieces.clear();
            } else if (bytes.isReadable() && !discarded) {
                held += bytes.readableBytes();
                pieces.add(ByteBufUtil.getBytes(bytes));
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void fail() {
        lock.lock();
        try {
            peerLeft = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean full() {
        lock.lock();
        try {
            return held >= HELD && !tooLarge;
        } finally {
            lock.unlock();
        }
    }

    boolean ended() {
        lock.lock();
        try {
            return ended;
        } finally {
            lock.unlock();
        }
    }

    /** Whether what is still to come is so little that waiting for it is better than closing. */
    boolean endsSoon() {
        lock.lock();
        try {
            return ended || announced != UNKNOWN && !tooLarge && announced - total <= HELD;
        } finally {
            lock.unlock();
        }
    }

    /** Whether somebody has begun to read it. */
    boolean wanted() {
        lock.lock();
        try {
            return readOnce;
        } finally {
            lock.unlock();
        }
    }

    /** Nobody reads it any more: what is there and still comes is dropped. */
    void discard() {
        lock.lock();
        try {
            discarded = true;
            pieces.clear();
            held = 0;
        } finally {
            lock.unlock();
        }
    }

    boolean tooLarge() {
        lock.lock();
        try {
            return tooLarge;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return 0;
        }
        if (next == piece.length && !nextPiece()) {
            return -1;
        }
        int count = Math.min(length, piece.length - next);
        System.arraycopy(piece, next, into, offset, count);
        next += count;
        return count;
    }

    @Override
    public int available() {
        return piece.length - next;
    }

    private boolean nextPiece() throws IOException {
        boolean room;
        lock.lock();
        try {
            if (!readOnce) {
                readOnce = true;
                onFirstRead.run();
            }
            while (pieces.isEmpty() && !ended && !tooLarge && !peerLeft) {
                changed.await();
            }
            if (tooLarge) {
                throw new IOException("the body is too large");
            }
            if (pieces.isEmpty()) {
                if (ended) {
                    return false;
                }
                throw new IOException("the peer left before the end of the body");
            }
            piece = pieces.remove();
            next = 0;
            room = held >= HELD && held - piece.length < HELD;
            held -= piece.length;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while reading the body", e);
        } finally {
            lock.unlock();
        }
        if (room) {
            onRoom.run();
        }
        return true;
    }
}
