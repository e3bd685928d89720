package dev.hawser.sql.sqlite;

import dev.hawser.core.port.StoreException;
import dev.hawser.sql.Durability;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteOpenMode;
import org.sqlite.jdbc4.JDBC4Connection;

/** The database file: taken by one process, brought to the current schema, readable by its owner only. */
final class Database implements AutoCloseable {
    /** The number of the newest migration. */
    static final int SCHEMA = 6;
    /** The name of the database in the data folder. */
    static final String FILE = "hawser.db";
    private static final int PAGE_BYTES = 4096;
    private static final int CACHE_KIB = 64 * 1024;

    private final Path file;
    private final FileChannel lockFile;
    private final FileLock lock;

    private Database(Path file, FileChannel lockFile, FileLock lock) {
        this.file = file;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    /**
     * Takes the folder's database, making what is missing. Blocks.
     *
     * @throws StoreException where another process has it or it cannot be used; the message says so and may be shown
     */
    static Database take(Path folder) {
        try {
            Files.createDirectories(folder);
            FileChannel channel = FileChannel.open(
                    folder.resolve("hawser.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = lock(channel);
            if (lock == null) {
                channel.close();
                throw new StoreException("the data folder " + folder + " is in use by another process", null);
            }
            Path file = folder.resolve(FILE);
            if (!Files.exists(file)) {
                Files.createFile(file);
            }
            if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            }
            return new Database(file, channel, lock);
        } catch (IOException e) {
            throw new StoreException("the data folder " + folder + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    /** The one connection that writes, at the current schema. */
    Sql writer(Durability durability) throws SQLException {
        SQLiteConfig config = config();
        config.setPageSize(PAGE_BYTES);
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(switch (durability) {
            case PROCESS -> SQLiteConfig.SynchronousMode.NORMAL;
            case POWER -> SQLiteConfig.SynchronousMode.FULL;
        });
        Sql sql = new Sql(open(config));
        try (Statement statement = sql.connection().createStatement()) {
            statement.execute("PRAGMA wal_autocheckpoint = 0"); // see Checkpointer
            statement.execute("PRAGMA cache_size = -" + CACHE_KIB);
            migrate(statement);
        }
        sql.connection().setAutoCommit(true);
        return sql;
    }

    /** The connection that moves the write-ahead log into the file, and syncs both as it must whatever the durability. */
    Sql checkpoints() throws SQLException {
        SQLiteConfig config = config();
        config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
        return new Sql(open(config));
    }

    /** A connection that only reads. */
    Sql reader() throws SQLException {
        SQLiteConfig config = config();
        config.setReadOnly(true);
        return new Sql(open(config));
    }

    private static SQLiteConfig config() {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(10_000);
        config.setOpenMode(SQLiteOpenMode.NOMUTEX);
        return config;
    }

    private Connection open(SQLiteConfig config) throws SQLException {
        Properties properties = config.toProperties();
        return new JDBC4Connection("jdbc:sqlite:" + file, file.toString(), properties);
    }

    private static void migrate(Statement statement) throws SQLException {
        int version;
        try (var row = statement.executeQuery("PRAGMA user_version")) {
            version = row.getInt(1);
        }
        if (version > SCHEMA) {
            throw new StoreException("the data folder was written by a newer version of Hawser", null);
        }
        for (int next = version + 1; next <= SCHEMA; next++) {
            statement.execute("BEGIN IMMEDIATE");
            statement.executeUpdate(script(next));
            statement.execute("PRAGMA user_version = " + next);
            statement.execute("COMMIT");
        }
    }

    private static String script(int number) {
        try (InputStream in = Database.class.getResourceAsStream(number + ".sql")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new StoreException("a migration is missing: " + number, e);
        }
    }

    @Override
    public void close() {
        try {
            lock.release();
            lockFile.close();
        } catch (IOException e) {
            throw new StoreException("the data folder could not be released", e);
        }
    }
}
