package dev.hawser.sql.sqlite;

import dev.hawser.core.port.StoreException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.OptionalInt;
import org.sqlite.SQLiteConfig;

/** The schema of an embedded store: the version that a data folder holds, and the one that this program writes. */
public final class SqliteSchema {
    /** The version that {@link SqliteStore#open} brings a folder to. */
    public static final int CURRENT = Database.SCHEMA;

    private SqliteSchema() {}

    /**
     * The version in a data folder; empty where there is no database yet. Blocks, changes nothing, and works beside the
     * process that has the store open.
     *
     * @throws StoreException where there is something that is no database; the message may be shown to the operator
     */
    public static OptionalInt version(Path folder) {
        var file = folder.resolve(Database.FILE);
        if (!Files.exists(file)) {
            return OptionalInt.empty();
        }
        var config = new SQLiteConfig();
        config.setReadOnly(true);
        try (var connection = config.createConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement();
                var row = statement.executeQuery("PRAGMA user_version")) {
            int version = row.getInt(1);
            return version == 0 ? OptionalInt.empty() : OptionalInt.of(version);
        } catch (SQLException e) {
            throw new StoreException("the database " + file + " cannot be read: " + e.getMessage(), e);
        }
    }
}
