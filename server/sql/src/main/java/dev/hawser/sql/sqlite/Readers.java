package dev.hawser.sql.sqlite;

import dev.hawser.core.port.StoreException;
import dev.hawser.sql.group.Threads;
import java.sql.SQLException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** A few connections that read beside the writer: each query sees everything committed before it. Safe for all threads. */
final class Readers implements AutoCloseable {
    private static final int COUNT = 4;
    /** Takes the place of the connections once they are closed. */
    private static final Sql CLOSED = new Sql(null);

    private final BlockingQueue<Sql> free = new ArrayBlockingQueue<>(COUNT);

    Readers(Database database) throws SQLException {
        for (int i = 0; i < COUNT; i++) {
            free.add(database.reader());
        }
    }

    interface Query<T> {
        T run(Sql sql) throws SQLException;
    }

    /**
     * Runs a query of one statement, or several that need not agree. Blocks.
     *
     * @throws StoreException where it fails, or the store is closed
     */
    <T> T read(Query<T> query) {
        Sql sql = Threads.uninterrupted(free::take);
        try {
            if (sql == CLOSED) {
                throw new StoreException("the store is closed", null);
            }
            return query.run(sql);
        } catch (SQLException e) {
            sql.forget();
            throw new StoreException("the store could not be read", e);
        } finally {
            free.add(sql);
        }
    }

    /** Waits for the queries under way. */
    @Override
    public void close() {
        try {
            for (int i = 0; i < COUNT; i++) {
                Threads.uninterrupted(free::take).close();
            }
        } catch (SQLException e) {
            throw new StoreException("the store could not be closed", e);
        } finally {
            free.add(CLOSED);
        }
    }
}
