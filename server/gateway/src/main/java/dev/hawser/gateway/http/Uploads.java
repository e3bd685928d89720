package dev.hawser.gateway.http;

import dev.hawser.core.model.Code;
import dev.hawser.core.model.RunKey;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The streams of events that this node is taking from agents. Whoever asks what is stored of a run stops them first: a broken
 * stream may still hold events that have come but are not stored, and none of them may be stored behind what is sent again.
 * One may even be on its way still; an agent that numbers its streams has that refused when it comes. Safe for all threads.
 */
final class Uploads {
    /** Runs of which is remembered which streams are over; those that asked longest ago are forgotten first. */
    private static final int REMEMBERED = 10_000;

    private final Map<RunKey, Set<Upload>> open = new HashMap<>();
    /** Guarded by open. */
    private final Map<RunKey, Floor> floors = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<RunKey, Floor> eldest) {
            return size() > REMEMBERED;
        }
    };

    /** The lowest number that a stream of an attempt may have. */
    private record Floor(int attempt, long number) {}

    /** A step of a stream. */
    @FunctionalInterface
    interface Step<T> {
        T take() throws InterruptedException;
    }

    /** One stream, until it is closed. */
    final class Upload implements AutoCloseable {
        private final RunKey run;
        /** Null where the agent does not number its streams. */
        private final Long number;
        private final ReentrantLock lock = new ReentrantLock();
        private boolean stopped;
        // Guarded by this.
        private Thread reader;
        private boolean rung;
        private boolean interrupted;

        private Upload(RunKey run, Long number) {
            this.run = run;
            this.number = number;
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
                    throw over();
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

    /**
     * A stream begins.
     *
     * @param number rises from one stream of the attempt to the next; null where the agent does not number them
     * @throws Refusal where it is over before it has come
     */
    Upload begin(RunKey run, int attempt, Long number) {
        Upload upload = new Upload(run, number);
        synchronized (open) {
            Floor floor = floors.get(run);
            if (number != null && floor != null && floor.attempt() == attempt && number < floor.number()) {
                throw over();
            }
            open.computeIfAbsent(run, _ -> new HashSet<>(2)).add(upload);
        }
        return upload;
    }

    /**
     * Returns once the streams of the run store nothing more that are open here and have no number or a lower one than the next,
     * nor any that comes later with such a number. Blocks for the steps under way.
     *
     * @param next the number that the attempt's next stream is going to have; null to stop all that are open
     */
    void stop(RunKey run, int attempt, Long next) {
        List<Upload> uploads;
        synchronized (open) {
            if (next != null) {
                Floor known = floors.remove(run);
                boolean higher = known != null && known.attempt() == attempt && known.number() > next;
                floors.put(run, higher ? known : new Floor(attempt, next));
            }
            uploads = open.getOrDefault(run, Set.of()).stream()
                    .filter(upload -> next == null || upload.number == null || upload.number < next)
                    .toList();
        }
        uploads.forEach(Upload::stop);
    }

    private static Refusal over() {
        return Refusal.of(Code.CONFLICT, "It was asked what is stored: this stream takes nothing more");
    }
}
