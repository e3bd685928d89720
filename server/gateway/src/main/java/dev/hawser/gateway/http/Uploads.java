package dev.hawser.gateway.http;

import dev.hawser.core.model.Code;
import dev.hawser.core.model.RunKey;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The streams of events that this node is taking from agents. Whoever asks what is stored of a run stops them first: a broken
 * stream may still hold events that have come but are not stored, and none of them may be stored behind what is sent again.
 * Safe for all threads.
 */
final class Uploads {
    private final Map<RunKey, Set<Upload>> open = new HashMap<>();

    /** A step of a stream. */
    @FunctionalInterface
    interface Step<T> {
        T take() throws InterruptedException;
    }

    /** One stream, until it is closed. */
    final class Upload implements AutoCloseable {
        private final RunKey run;
        private final ReentrantLock lock = new ReentrantLock();
        private boolean stopped;
        // Guarded by this.
        private Thread reader;
        private boolean rung;
        private boolean interrupted;

        private Upload(RunKey run) {
            this.run = run;
        }

        /**
         * Does a step, unless the stream is stopped. Blocks as long as the step does.
         *
         * @throws Refusal where it is stopped
         */
        <T> T step(Step<T> step) throws InterruptedException {
            lock.lockInterruptibly();
            try {
                if (stopped) {
                    throw Refusal.of(Code.CONFLICT, "It was asked what is stored: this stream takes nothing more");
                }
                return step.take();
            } finally {
                lock.unlock();
            }
        }

        /** The body as this stream reads it: whoever waits for bytes is told where the bell rings. */
        InputStream reading(InputStream body) {
            return new FilterInputStream(body) {
                @Override
                public int read(byte[] into, int offset, int length) throws IOException {
                    enter();
                    try {
                        return in.read(into, offset, length);
                    } catch (IOException e) {
                        throw isRung() ? new Rung() : e;
                    } finally {
                        leave();
                    }
                }
            };
        }

        /** Has the one who reads look whether there is still something to read for. Does not block. */
        synchronized void ring() {
            rung = true;
            if (reader != null) {
                interrupted = true;
                reader.interrupt();
            }
        }

        private synchronized void enter() throws Rung {
            if (rung) {
                rung = false;
                throw new Rung();
            }
            reader = Thread.currentThread();
        }

        private synchronized boolean isRung() {
            boolean was = rung;
            rung = false;
            return was;
        }

        /** What came while it was not waiting is told with the next read. */
        private synchronized void leave() {
            reader = null;
            if (interrupted) {
                interrupted = false;
                Thread.interrupted();
            }
        }

        private void stop() {
            lock.lock();
            try {
                stopped = true;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            synchronized (open) {
                open.computeIfPresent(run, (_, uploads) -> uploads.remove(this) && uploads.isEmpty() ? null : uploads);
            }
        }
    }

    /** The bell has rung while nothing came; the stream itself is as it was. */
    static final class Rung extends IOException {
        Rung() {
            super("there may be no reason to read on");
        }
    }

    /** How many are open. */
    int count() {
        synchronized (open) {
            return open.values().stream().mapToInt(Set::size).sum();
        }
    }

    Upload begin(RunKey run) {
        Upload upload = new Upload(run);
        synchronized (open) {
            open.computeIfAbsent(run, _ -> new HashSet<>(2)).add(upload);
        }
        return upload;
    }

    /** Returns once the streams of the run that are open here store nothing more. Blocks for the steps under way. */
    void stop(RunKey run) {
        List<Upload> uploads;
        synchronized (open) {
            uploads = List.copyOf(open.getOrDefault(run, Set.of()));
        }
        uploads.forEach(Upload::stop);
    }
}
