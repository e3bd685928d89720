package dev.hawser.worker;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The events of an attempt on their way: each is kept until the gateway is known to have stored it. Safe for all threads;
 * {@link #body} is for one at a time.
 */
final class Outbox {
    /** Bytes that are not stored, before whoever puts more waits. */
    private static final int ROOM = 1 << 20;
    /** Bytes of one request. */
    private static final int REQUEST = 512 * 1024;
    /** How long a request stays open while nothing comes. */
    private static final Duration IDLE = Duration.ofSeconds(2);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<byte[]> lines = new ArrayList<>();
    private int handedOut;
    private Lines current;
    private long bytes;
    private boolean finished;
    private boolean abandoned;

    /** One more event, as a line. Blocks while there is no room. What comes after the end is dropped. */
    void put(byte[] line) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (bytes > ROOM && !abandoned) {
                changed.await();
            }
            if (!abandoned && !finished) {
                lines.add(line);
                bytes += line.length;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The last event is in. */
    void finish() {
        lock.lock();
        try {
            finished = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Nothing is to be sent any more. */
    void abandon() {
        lock.lock();
        try {
            abandoned = true;
            lines.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Blocks until there is something to send; false where there is nothing and nothing will come. */
    boolean await() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (lines.isEmpty() && !finished && !abandoned) {
                changed.await();
            }
            return !lines.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** The body of a request: what is not stored, from the first, as it comes. Bodies of earlier requests get no more. */
    InputStream body() {
        lock.lock();
        try {
            handedOut = 0;
            current = new Lines();
            return current;
        } finally {
            lock.unlock();
        }
    }

    /** All that was handed out is stored. */
    void stored() {
        stored(Integer.MAX_VALUE);
    }

    /** Of what was handed out the first ones are stored, the rest is not. */
    void stored(int count) {
        lock.lock();
        try {
            List<byte[]> done = lines.subList(0, Math.min(Math.min(count, handedOut), lines.size()));
            done.forEach(line -> bytes -= line.length);
            done.clear();
            handedOut = 0;
            current = null;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * The next line of a request.
     *
     * @param sent  bytes of it so far
     * @param waits whether to wait for one
     * @return null where there is none, and, having waited, where the request should end
     */
    private byte[] next(Lines body, long sent, boolean waits) throws InterruptedException {
        long left = waits ? IDLE.toNanos() : 0;
        lock.lockInterruptibly();
        try {
            while (body == current && handedOut == lines.size() && !finished && !abandoned && left > 0) {
                left = changed.awaitNanos(left);
            }
            if (body != current || abandoned || handedOut >= lines.size() || sent >= REQUEST) {
                return null;
            }
            return lines.get(handedOut++);
        } finally {
            lock.unlock();
        }
    }

    private final class Lines extends InputStream {
        private byte[] line = {};
        private int position;
        private long sent;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int count = 0;
            try {
                while (count < length) {
                    if (position == line.length) {
                        byte[] more = next(this, sent, count == 0);
                        if (more == null) {
                            return count == 0 ? -1 : count;
                        }
                        line = more;
                        position = 0;
                        sent += line.length;
                    }
                    int part = Math.min(length - count, line.length - position);
                    System.arraycopy(line, position, into, offset + count, part);
                    position += part;
                    count += part;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
            return count;
        }
    }
}
