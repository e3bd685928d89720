package dev.hawser.sql.postgres;

import dev.hawser.core.port.StoreException;
import java.sql.SQLException;

/** Says in one sentence why a database cannot be used, without anything secret. */
final class Unreachable {
    private Unreachable() {}

    static StoreException because(PostgresUrl url, SQLException failure) {
        String state = failure.getSQLState() == null ? "" : failure.getSQLState();
        String reason = switch (state) {
            case "28P01", "28000" -> "the role " + url.user() + " was refused; are its name and password right?";
            case "3D000" -> "there is no such database";
            case "08001", "08004", "08006" -> "it cannot be reached";
            case "42501" -> "the role " + url.user() + " is not allowed to: " + firstLine(failure);
            default -> firstLine(failure);
        };
        return new StoreException("PostgreSQL at " + url + ": " + reason, failure);
    }

    private static String firstLine(SQLException failure) {
        String message = failure.getMessage() == null ? "it failed" : failure.getMessage();
        return message.lines().findFirst().orElse("it failed").replaceFirst("^(ERROR|FATAL): ", "");
    }
}
