package dev.hawser.sql.postgres;

import dev.hawser.core.port.StoreException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lane's connection, opened again where it was lost. Where it is lost while it commits, the server is asked afterwards what
 * became of the transaction. For one thread.
 */
final class Link implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Link.class);
    /** How long a database may be away before what is asked of it fails rather than waits. */
    private static final long PATIENCE_NANOS = 10_000_000_000L;
    private static final long PAUSE_NANOS = 100_000_000;

    private final Connector connector;
    private Sql sql;
    /** Since when the database has been away; 0 while it is there. */
    private long awaySince;
    private volatile boolean closed;

    Link(Connector connector, Sql sql) {
        this.connector = connector;
        this.sql = sql;
    }

    /** Begins a transaction; opens the connection where there is none. */
    Attempt begin() throws SQLException {
        if (sql == null) {
            sql = Sql.numbered(connector.open());
        }
        return new Attempt();
    }

    /** Whether to try again what a lost connection has undone; waits a little before it says so. */
    boolean patient(Throwable failure) {
        if (closed) {
            return false;
        }
        long now = System.nanoTime();
        if (awaySince == 0) {
            awaySince = now;
            LOG.atWarn().addKeyValue("reason", failure.getMessage()).log("the database is away");
        }
        if (now - awaySince > PATIENCE_NANOS) {
            return false;
        }
        LockSupport.parkNanos(PAUSE_NANOS);
        return true;
    }

    private void back() {
        if (awaySince != 0) {
            awaySince = 0;
            LOG.atInfo().log("the database is back");
        }
    }

    private void drop() {
        if (sql != null) {
            try {
                sql.close();
            } catch (SQLException e) {
                LOG.atDebug().setCause(e).log("a lost connection could not be closed");
            }
            sql = null;
        }
    }

    /** One transaction. */
    final class Attempt {
        private final Sql mine = sql;

        Sql sql() {
            return mine;
        }

        /**
         * Commits. Where the connection is lost meanwhile, asks on another one what became of it.
         *
         * @throws SQLException where it did not take effect
         * @throws StoreException where nobody can say whether it did
         */
        void commit() throws SQLException {
            String id = mine.transaction();
            try {
                mine.commit();
                back();
            } catch (SQLException e) {
                if (Failure.of(e) != Failure.LOST || id == null) {
                    throw e;
                }
                drop();
                if (!tookEffect(id, e)) {
                    throw e;
                }
                back();
            }
        }

        /** Takes back what was not committed, as far as the connection is there. */
        void undo(Failure failure) {
            if (failure == Failure.LOST || sql == null) {
                drop();
                return;
            }
            try {
                mine.rollback();
            } catch (SQLException e) {
                LOG.atDebug().setCause(e).log("could not roll back; the connection is dropped");
                drop();
            }
        }
    }

    private boolean tookEffect(String transaction, SQLException lost) {
        LOG.atWarn().addKeyValue("reason", lost.getMessage()).log("the connection was lost during a commit");
        do {
            try {
                sql = Sql.numbered(connector.open());
                String status = status(transaction);
                if (!"in progress".equals(status)) {
                    return "committed".equals(status);
                }
            } catch (SQLException e) {
                LOG.atDebug().setCause(e).log("the database does not answer yet");
            }
            drop();
        } while (patient(lost));
        throw new StoreException("the database went away during a commit and did not say what became of it", lost);
    }

    private String status(String transaction) throws SQLException {
        try (PreparedStatement statement = sql.connection().prepareStatement("SELECT pg_xact_status(?::xid8)")) {
            statement.setString(1, transaction);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                String status = row.getString(1);
                sql.rollback();
                return status;
            }
        }
    }

    /** Ends the connection; a commit that waits for a database to come back gives up. */
    @Override
    public void close() {
        closed = true;
        drop();
    }
}
