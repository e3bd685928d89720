package dev.hawser.sql.postgres;

import dev.hawser.sql.group.Threads;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that completes futures and tells listeners, in the order in which each lane's groups became durable. While it
 * tells, the lanes commit; where it falls far behind, they wait. Nothing but {@link #close} ends it.
 */
final class Teller implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Teller.class);
    private static final int MOST_WAITING = 16;
    private static final List<Runnable> END = new ArrayList<>();

    private final BlockingQueue<List<Runnable>> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final Thread thread = Thread.ofPlatform().name("store-teller").start(this::run);

    /** Has them run, one after another. Blocks where too many wait. */
    void tell(List<Runnable> news) {
        Threads.uninterrupted(() -> {
            waiting.put(news);
            return null;
        });
    }

    private void run() {
        List<Runnable> news = Threads.uninterrupted(waiting::take);
        while (news != END) {
            for (Runnable one : news) {
                try {
                    one.run();
                } catch (RuntimeException | Error e) {
                    LOG.atError().setCause(e).log("a listener of the store failed");
                }
            }
            news = Threads.uninterrupted(waiting::take);
        }
    }

    /** Tells what waits, and ends. Blocks. */
    @Override
    public void close() {
        tell(END);
        Threads.join(thread);
    }
}
