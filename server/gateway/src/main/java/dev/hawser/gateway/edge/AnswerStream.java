package dev.hawser.gateway.edge;

import dev.hawser.gateway.http.HttpExchange.PeerLeft;
import dev.hawser.gateway.http.HttpExchange.ResponseStream;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The body of an answer, piece by piece; a writer waits while too many bytes are on their way to the socket. */
final class AnswerStream implements ResponseStream {
    private static final Logger LOG = LoggerFactory.getLogger(AnswerStream.class);
    /** Bytes that may be on their way before a writer waits. */
    private static final int ON_THE_WAY = 64 * 1024;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Channel channel;
    private final Runnable onEnd;
    private List<Runnable> onClose = new ArrayList<>(1);
    private long pending;
    private long progress = System.nanoTime();
    private boolean closed;

    /** @param onEnd run once, where the writer ends the body and the peer has not left */
    AnswerStream(Channel channel, Runnable onEnd) {
        this.channel = channel;
        this.onEnd = onEnd;
    }

    @Override
    public void write(byte[] bytes) throws PeerLeft, InterruptedException {
        if (bytes.length == 0) {
            return;
        }
        lock.lockInterruptibly();
        try {
            while (!closed && pending > 0 && pending + bytes.length > ON_THE_WAY) {
                changed.await();
            }
            if (closed) {
                throw new PeerLeft();
            }
            if (pending == 0) {
                progress = System.nanoTime();
            }
            pending += bytes.length;
        } finally {
            lock.unlock();
        }
        channel.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(bytes)))
                .addListener(written -> written(written, bytes.length));
    }

    private void written(Future<?> written, int length) {
        lock.lock();
        try {
            pending -= length;
            progress = System.nanoTime();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (!written.isSuccess()) {
            channel.close();
        }
    }

    /** Whether bytes have waited for the peer since before that moment. */
    boolean stalledSince(long moment) {
        lock.lock();
        try {
            return pending > 0 && progress - moment < 0;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        List<Runnable> actions = shut();
        if (actions != null) {
            onEnd.run();
            actions.forEach(AnswerStream::run);
        }
    }

    /** Nobody reads any more. For the event loop, which the actions are kept off. */
    void peerLeft() {
        List<Runnable> actions = shut();
        if (actions != null && !actions.isEmpty()) {
            Thread.startVirtualThread(() -> actions.forEach(AnswerStream::run));
        }
    }

    /** @return what is to be run; null where it is shut already */
    private List<Runnable> shut() {
        lock.lock();
        try {
            if (closed) {
                return null;
            }
            closed = true;
            List<Runnable> actions = onClose;
            onClose = List.of();
            changed.signalAll();
            return actions;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onClose(Runnable action) {
        lock.lock();
        try {
            if (!closed) {
                onClose.add(action);
                return;
            }
        } finally {
            lock.unlock();
        }
        run(action);
    }

    private static void run(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.error("an action at the end of a stream failed", e);
        }
    }
}
