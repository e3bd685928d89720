package dev.hawser.sql.postgres;

import dev.hawser.core.port.StoreException;
import java.sql.SQLException;

/** What a failure of the database means for what was being done. */
enum Failure {
    /** The connection is gone, or the server says that it ends it: worth trying again on another one. */
    LOST,
    /** Two transactions were in each other's way: worth trying again at once. */
    COLLISION,
    /** Somebody's data cannot be written; others' can. */
    DATA,
    /** Anything else: the disk is full, a table is missing. */
    OTHER;

    /** What SQL calls a name that is taken. */
    static final String TAKEN = "23505";

    /** Whether somebody else has taken a name. */
    static boolean taken(Throwable failure) {
        return failure instanceof SQLException e && TAKEN.equals(e.getSQLState());
    }

    static Failure of(Throwable failure) {
        if (failure instanceof StoreException) {
            // Nobody knows what became of it: doing it again could do it twice.
            return OTHER;
        }
        if (!(failure instanceof SQLException e)) {
            return DATA;
        }
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        if (state.startsWith("08") || state.startsWith("57P") || state.equals("25006")) {
            return LOST;
        }
        return switch (state) {
            case "40001", "40P01", "55P03" -> COLLISION;
            case "" -> OTHER;
            default -> state.startsWith("22") || state.startsWith("23") || state.equals("54000") ? DATA : OTHER;
        };
    }
}
