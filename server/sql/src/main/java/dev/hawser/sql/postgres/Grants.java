package dev.hawser.sql.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** What the application's role may do: no more than the gateway does. The tenant of a row can never be changed. */
final class Grants {
    private static final List<String> RIGHTS = List.of(
            "SELECT ON schema_history",
            "USAGE ON SEQUENCE session_keys",
            "SELECT, INSERT ON sessions",
            "SELECT, INSERT, UPDATE (version, first, last, ordinal, oldest) ON heads",
            "SELECT, INSERT, DELETE ON events",
            "SELECT, INSERT, UPDATE (sequence, messages, state) ON checkpoints",
            "SELECT, INSERT, UPDATE (status, attempt, lost, lease_owner, lease_until, started_at, ended_at, cancel_by, resume,"
                    + " code, failure) ON runs",
            "SELECT, INSERT ON run_places",
            "SELECT, INSERT, UPDATE (decision, decided_by, edited_args, reason, decided_at) ON approvals",
            "SELECT, INSERT, DELETE, UPDATE (answer, until) ON answers",
            "SELECT, INSERT, DELETE, UPDATE (agent, since, visible_at, not_before) ON queue",
            "SELECT, INSERT, DELETE, UPDATE (at) ON deadlines",
            "SELECT, INSERT, DELETE ON expiries",
            "SELECT, INSERT, DELETE ON tickets",
            "SELECT, INSERT, DELETE, UPDATE (user_id, connected_at, last_activity, source_ip, user_agent, endpoint, until)"
                    + " ON connections",
            "SELECT, INSERT ON connection_places",
            "SELECT, INSERT, DELETE, UPDATE (offer, seen_at) ON devices",
            "SELECT, INSERT, DELETE, UPDATE (ended_at, result, error, code) ON tool_calls",
            "SELECT, INSERT, DELETE, UPDATE (active) ON tenants",
            "SELECT, INSERT, DELETE, UPDATE (issuer, subject, active) ON members");

    private Grants() {}

    /** Takes away whatever the role had in Hawser's schema and gives it what it needs. */
    static void to(Connection connection, String role) throws SQLException {
        String name = quoted(role);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL search_path = " + Connector.SCHEMA);
            statement.execute("REVOKE ALL ON ALL TABLES IN SCHEMA " + Connector.SCHEMA + " FROM " + name);
            statement.execute("REVOKE ALL ON ALL SEQUENCES IN SCHEMA " + Connector.SCHEMA + " FROM " + name);
            statement.execute("GRANT USAGE ON SCHEMA " + Connector.SCHEMA + " TO " + name);
            for (String right : RIGHTS) {
                statement.execute("GRANT " + right + " TO " + name);
            }
            connection.commit();
        }
    }

    static String quoted(String role) {
        return '"' + role.replace("\"", "\"\"") + '"';
    }
}
