package dev.hawser.sql.sqlite;

import dev.hawser.sql.group.Threads;
import java.sql.SQLException;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that moves the write-ahead log into the database file, on a connection of its own, so that no commit waits for it.
 * While commits go on it never quite catches up, and only when it has does the log begin anew; so once the log is long, and
 * little of it is left to move, it asks the writer to move that little between two groups.
 */
final class Checkpointer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpointer.class);
    private static final String MOVE = "PRAGMA wal_checkpoint(PASSIVE)";
    /** From how many pages on the log is long. */
    private static final long LONG = 16_384;
    /** How many pages the writer may be asked to move. */
    private static final long LITTLE = 256;
    private static final int ROUNDS = 6;

    private final Sql sql;
    private final Runnable askWriter;
    private final Semaphore asked = new Semaphore(0);
    private final Thread thread;
    private volatile boolean closed;

    /** @param askWriter has the writer call {@link #move} with its own connection soon; does not block */
    Checkpointer(Sql sql, Runnable askWriter) {
        this.sql = sql;
        this.askWriter = askWriter;
        this.thread = Thread.ofPlatform().daemon().name("store-checkpoint").start(this::run);
    }

    /** @param pages how many are in the log, @param left how many of them are still to be moved */
    private record Progress(long pages, long left) {}

    /** Has the log moved soon. Does not block. */
    void ask() {
        asked.release();
    }

    private void run() {
        while (!closed) {
            asked.acquireUninterruptibly();
            asked.drainPermits();
            if (!closed) {
                try {
                    catchUp();
                } catch (SQLException e) {
                    sql.forget();
                    LOG.atWarn().setCause(e).log("the write-ahead log could not be moved; trying again later");
                }
            }
        }
    }

    private void catchUp() throws SQLException {
        Progress progress = move(sql);
        for (int i = 1; i < ROUNDS && progress.pages() > LONG && progress.left() > LITTLE; i++) {
            progress = move(sql);
        }
        if (progress.pages() > LONG) {
            askWriter.run();
        }
    }

    /** Moves what can be moved without waiting for anyone. Not inside a transaction. */
    static Progress move(Sql sql) throws SQLException {
        return sql.one(MOVE, row -> new Progress(row.getLong(2), row.getLong(2) - row.getLong(3))).orElseThrow();
    }

    /** Waits for the move under way. Blocks. */
    @Override
    public void close() {
        closed = true;
        asked.release();
        Threads.join(thread);
        try {
            sql.close();
        } catch (SQLException e) {
            LOG.atWarn().setCause(e).log("a connection to the store could not be closed");
        }
    }
}
