package dev.hawser.sql.sqlite;

import dev.hawser.core.port.StoreException;
import java.sql.SQLException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** A few connections that read beside the writer: each query sees everything committed before it. Safe for all threads. */
final class Readers implements AutoCloseable {
    private static final int COUNT = 4;

    private final BlockingQueue<Sql> free = new ArrayBlockingQueue<>(COUNT);

    Readers(Database database) throws SQLException {
        for (int i = 0; i < COUNT; i++) {
            free.add(database.reader());
        }
    }

    interface Query<T> {
        T run(Sql sql) throws SQLException;
    }

    /** Runs a query of one statement, or several that need not agree. Blocks. */
    <T> T read(Query<T> query) {
        Sql sql = take();
        try {
            return query.run(sql);
        } catch (SQLException e) {
            throw new StoreException("the store could not be read", e);
        } finally {
            free.add(sql);
        }
    }

    private Sql take() {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return free.take();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Waits for the queries under way. */
    @Override
    public void close() {
        for (int i = 0; i < COUNT; i++) {
            try {
                take().close();
            } catch (SQLException e) {
                throw new StoreException("the store could not be closed", e);
            }
        }
    }
}
