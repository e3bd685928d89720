package dev.hawser.sql.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the catalog says of the tables, and that the audit would notice if it said something else. */
class CatalogAuditTest {
    private static final TestDatabase DATABASE = Server.migrated();

    /** Tables that are about the schema itself and hold nothing of any tenant. */
    private static final String NOT_OF_TENANTS = "'schema_history'";

    private static final String AUDIT = """
            SELECT c.relname || ': ' || concat_ws(', ',
              CASE WHEN NOT EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant'
                AND a.attnotnull AND NOT a.attisdropped) THEN 'no tenant' END,
              CASE WHEN NOT c.relrowsecurity THEN 'row security is off' END,
              CASE WHEN NOT c.relforcerowsecurity THEN 'row security is not forced' END,
              CASE WHEN NOT EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polcmd = '*'
                AND pg_get_expr(p.polqual, p.polrelid) LIKE '%tenant = %app.tenant%'
                AND pg_get_expr(p.polwithcheck, p.polrelid) LIKE '%tenant = %app.tenant%')
                THEN 'no policy of tenants with USING and WITH CHECK' END,
              (SELECT string_agg('policy ' || p.polname || ' lets in whoever asks', ', ') FROM pg_policy p
                WHERE p.polrelid = c.oid AND (pg_get_expr(p.polqual, p.polrelid) NOT LIKE '%app.%'
                  OR pg_get_expr(p.polwithcheck, p.polrelid) NOT LIKE '%app.%')),
              CASE WHEN EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant'
                AND has_column_privilege('ROLE', c.oid, a.attnum, 'UPDATE')) THEN 'tenants can be changed' END,
              CASE WHEN has_table_privilege('ROLE', c.oid, 'TRUNCATE') THEN 'can be truncated' END,
              CASE WHEN pg_has_role('ROLE', c.relowner, 'MEMBER') THEN 'belongs to the application' END) AS finding
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = 'hawser' AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relname NOT IN (EXCEPTIONS)
            """.replace("ROLE", Server.APPLICATION).replace("EXCEPTIONS", NOT_OF_TENANTS);

    @AfterAll
    static void drop() {
        DATABASE.close();
    }

    private static List<String> strings(String query) throws SQLException {
        PostgresUrl url = PostgresUrl.parse(DATABASE.superuser());
        try (Connection connection = DriverManager.getConnection(url.jdbc(), url.properties());
                Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(query)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        }
    }

    private static List<String> audit() throws SQLException {
        return strings(AUDIT).stream().filter(finding -> !finding.endsWith(": ")).toList();
    }

    @Test
    void everyTableIsOfTenantsAndForcedToKeepThemApart() throws SQLException {
        assertThat(strings(AUDIT)).hasSize(18);
        assertThat(audit()).isEmpty();
    }

    /** Each row breaks one table in one way. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            CREATE TABLE t (tenant text NOT NULL)                                 | row security is off
            CREATE TABLE t (name text)                                            | no tenant
            CREATE TABLE t (tenant text)                                          | no tenant
            CREATE VIEW t AS SELECT tenant FROM runs                              | row security is off
            ALTER TABLE runs DISABLE ROW LEVEL SECURITY                           | row security is off
            ALTER TABLE events NO FORCE ROW LEVEL SECURITY                        | row security is not forced
            DROP POLICY own_tenant ON answers                                     | no policy of tenants
            ALTER POLICY own_tenant ON heads USING (true)                         | lets in whoever asks
            CREATE POLICY more ON runs USING (true)                               | policy more lets in whoever asks
            CREATE POLICY more ON runs FOR INSERT WITH CHECK (true)               | policy more lets in whoever asks
            GRANT UPDATE ON queue TO hawser_test_app                              | tenants can be changed
            GRANT TRUNCATE ON events TO hawser_test_app                           | can be truncated
            ALTER TABLE sessions OWNER TO hawser_test_app                         | belongs to the application
            """)
    void theAuditNotices(String statement, String finding) throws SQLException {
        try (TestDatabase broken = Server.migrated()) {
            broken.run("SET search_path = hawser; " + statement);
            PostgresUrl url = PostgresUrl.parse(broken.superuser());
            try (Connection connection = DriverManager.getConnection(url.jdbc(), url.properties());
                    Statement query = connection.createStatement(); ResultSet rows = query.executeQuery(AUDIT)) {
                List<String> found = new ArrayList<>();
                while (rows.next()) {
                    found.add(rows.getString(1));
                }
                assertThat(found).anyMatch(line -> line.contains(finding));
            }
        }
    }

    @Test
    void whatHasAWorklistPolicyHoldsKeysAndTimesOnly() throws SQLException {
        assertThat(strings("SELECT DISTINCT c.relname FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid"
                + " WHERE pg_get_expr(p.polqual, p.polrelid) LIKE '%app.worklist%'"))
                .containsExactlyInAnyOrder("heads", "queue", "deadlines", "run_places", "expiries", "connection_places");
        assertThat(strings("SELECT DISTINCT a.attname FROM pg_policy p JOIN pg_attribute a ON a.attrelid = p.polrelid"
                + " WHERE pg_get_expr(p.polqual, p.polrelid) LIKE '%app.worklist%' AND a.attnum > 0 AND NOT a.attisdropped"))
                .containsExactlyInAnyOrder("key", "tenant", "session", "epoch", "version", "first", "last", "ordinal", "oldest",
                        "run", "session_id", "agent", "since", "visible_at", "not_before", "kind", "id", "at", "hour");
    }
}
