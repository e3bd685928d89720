package dev.hawser.sql.postgres;

import dev.hawser.core.model.Epoch;
import dev.hawser.core.model.Position;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Where a session is in the database and how far its log goes. */
record Place(long key, Position position) {
    /** The columns that {@link #of} reads, of the table {@code heads}. */
    static final String COLUMNS = "key, epoch, first, last";

    static Place of(ResultSet row) throws SQLException {
        return new Place(row.getLong("key"),
                new Position(new Epoch(row.getString("epoch")), row.getLong("first"), row.getLong("last")));
    }
}
