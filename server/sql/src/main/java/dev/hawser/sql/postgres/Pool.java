package dev.hawser.sql.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.hawser.core.port.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/**
 * The connections for everything that is not a session's commit: each use is one transaction of its own. Safe for all threads.
 */
final class Pool implements AutoCloseable {
    private static final int SIZE = 8;
    private static final int ATTEMPTS = 4;
    private static final long PATIENCE_MS = 10_000;

    private final Connector connector;
    private final HikariDataSource connections;
    private final ExecutorService background = Executors.newVirtualThreadPerTaskExecutor();

    Pool(Connector connector) {
        this.connector = connector;
        HikariConfig config = new HikariConfig();
        config.setPoolName("hawser-store");
        config.setDataSource(new ConnectorSource(connector, false));
        config.setMaximumPoolSize(SIZE);
        config.setMinimumIdle(1);
        config.setAutoCommit(false);
        // Said, because the pool finds it out from its first connection and never again, even where that is cut meanwhile.
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        config.setConnectionTimeout(PATIENCE_MS);
        config.setValidationTimeout(PATIENCE_MS / 2);
        config.setInitializationFailTimeout(-1);
        connections = new HikariDataSource(config);
    }

    /** Something to do in one transaction. */
    interface Work<T> {
        T run(Sql sql) throws SQLException;
    }

    /** Reads at one moment: every statement sees the same. Blocks. Fails with {@link StoreException}. */
    <T> T read(Work<T> work) {
        return transaction("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY", work);
    }

    /** Reads with one statement. Blocks. Fails with {@link StoreException}. */
    <T> T readOne(Work<T> work) {
        return transaction(null, work);
    }

    /** Writes on a thread of its own. Fails with {@link StoreException}. Does not block. */
    <T> CompletableFuture<T> write(Work<T> work) {
        CompletableFuture<T> future = new CompletableFuture<>();
        try {
            background.execute(() -> {
                try {
                    future.complete(transaction(null, work));
                } catch (RuntimeException | Error e) {
                    future.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            future.completeExceptionally(new StoreException("the store is closed", null));
        }
        return future;
    }

    /** Tries again what cannot have taken effect, for a bounded time. */
    private <T> T transaction(String first, Work<T> work) {
        SQLException failed = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try (Connection connection = connection()) {
                Sql sql = Sql.on(connection);
                T result;
                try {
                    if (first != null) {
                        sql.statement(first);
                    }
                    result = work.run(sql);
                } catch (SQLException e) {
                    failed = e;
                    if (Failure.of(e) == Failure.LOST) {
                        continue;
                    }
                    sql.rollback();
                    if (Failure.of(e) == Failure.COLLISION) {
                        continue;
                    }
                    break;
                } catch (RuntimeException | Error e) {
                    sql.rollback();
                    throw e;
                }
                sql.commit();
                return result;
            } catch (SQLException e) {
                failed = e;
                break;
            }
        }
        throw new StoreException(connections.isClosed() ? "the store is closed" : "the store could not be used", failed);
    }

    /** A pool that was left without any tries again only every few seconds: whoever has waited for it tries by himself. */
    private Connection connection() throws SQLException {
        try {
            return connections.getConnection();
        } catch (SQLTransientConnectionException e) {
            if (connections.isClosed() || connections.getHikariPoolMXBean().getTotalConnections() > 0) {
                throw e;
            }
            return connector.open();
        }
    }

    /** Waits for what is under way. */
    @Override
    public void close() {
        background.close();
        connections.close();
    }
}
