package dev.hawser.sql.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.Approval;
import dev.hawser.core.model.ApprovalId;
import dev.hawser.core.model.Checkpoint;
import dev.hawser.core.model.ConnectionId;
import dev.hawser.core.model.ConnectionRecord;
import dev.hawser.core.model.Epoch;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Lease;
import dev.hawser.core.model.Member;
import dev.hawser.core.model.MessageId;
import dev.hawser.core.model.NewEvent;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.Session;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.Subject;
import dev.hawser.core.model.Tenant;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.Ticket;
import dev.hawser.core.model.UserId;
import dev.hawser.sql.Durability;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the application's role sees and may write with no tenant, an empty one, its own, a foreign one, and in a work list. */
class RowSecurityTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final List<String> CONTENT = List.of("sessions", "events", "checkpoints", "runs", "approvals", "answers",
            "tickets", "tenants", "members", "connections");
    private static final List<String> LISTS = List.of("heads", "queue", "deadlines", "run_places", "expiries",
            "connection_places");
    private static TestDatabase database;

    @BeforeAll
    static void fill() {
        database = Server.migrated();
        try (PostgresStore store = PostgresStore.open(database.application(), Durability.PROCESS)) {
            for (String name : List.of("acme", "globex")) {
                fill(store, new TenantId(name));
            }
        }
    }

    private static void fill(PostgresStore store, TenantId tenant) {
        SessionKey key = new SessionKey(tenant, new SessionId("s"));
        UserId ann = new UserId("ann");
        Run run = Run.queued(new RunKey(key, new RunId("r")), 1, ann, new AgentName("demo"), new MessageId("m"), "secret text",
                null, NOW, null);
        store.commit(key, tx -> {
            tx.create(new Session(key, ann, new Epoch("e"), NOW, null));
            tx.save(run.begun(new Lease("me", NOW), NOW));
            tx.offer(run, null);
            tx.save(new Approval(new ApprovalId("a"), run.key(), new EventBody.ApprovalRequired("a", "pay", null, "why", null,
                    null, null, NOW), NOW, NOW, null));
            tx.answer(ann, "c", new byte[] {1}, NOW);
            return tx.append(NewEvent.of(run.id(), new EventBody.Thinking("hm")), NOW);
        }).join();
        store.keep(key, new Checkpoint(1, List.of(), null), 0).join();
        store.tickets().keep(new Ticket(tenant, "0".repeat(64), ann, NOW, NOW), 5, NOW.minusSeconds(1)).join();
        store.connections().save(new ConnectionRecord(new ConnectionId("c-" + tenant), tenant, ann, NOW, NOW, "192.0.2.1", "agent",
                "http://localhost", NOW)).join();
        store.members().save(new Tenant(tenant, true)).join();
        store.members().save(new Member(tenant, ann, new Subject("https://issuer", "ann"), true)).join();
    }

    @AfterAll
    static void drop() {
        database.close();
    }

    private static Connection connect(String url) throws SQLException {
        PostgresUrl parsed = PostgresUrl.parse(url);
        var properties = parsed.properties();
        properties.setProperty("currentSchema", "hawser");
        Connection connection = DriverManager.getConnection(parsed.jdbc(), properties);
        connection.setAutoCommit(false);
        return connection;
    }

    private static void set(Connection connection, String name, String value) throws SQLException {
        try (var statement = connection.prepareStatement("SELECT set_config(?, ?, true)")) {
            statement.setString(1, name);
            statement.setString(2, value);
            statement.execute();
        }
    }

    private static long count(Connection connection, String table, String where) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM " + table + " WHERE " + where)) {
            row.next();
            return row.getLong(1);
        }
    }

    static Stream<String> tables() {
        return Stream.concat(CONTENT.stream(), LISTS.stream());
    }

    @ParameterizedTest
    @MethodSource("tables")
    void onlyTheTenantThatIsSetIsSeen(String table) throws SQLException {
        try (Connection connection = connect(database.application())) {
            assertThat(count(connection, table, "true")).as("nothing set").isZero();
            set(connection, "app.tenant", "acme");
            assertThat(count(connection, table, "tenant = 'acme'")).as("its own").isPositive();
            assertThat(count(connection, table, "tenant <> 'acme'")).as("others").isZero();
            connection.commit();
            assertThat(count(connection, table, "true")).as("after the transaction, when the setting is empty").isZero();
            connection.commit();
            set(connection, "app.tenant", "");
            assertThat(count(connection, table, "true")).as("set to nothing").isZero();
            set(connection, "app.tenant", "nobody");
            assertThat(count(connection, table, "true")).as("an unknown one").isZero();
            set(connection, "app.tenant", "acme' OR true --");
            assertThat(count(connection, table, "true")).as("a hostile one").isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("tables")
    void aWorkListShowsKeysOfAllTenantsAndNoContent(String table) throws SQLException {
        try (Connection connection = connect(database.application())) {
            set(connection, "app.worklist", "on");
            assertThat(count(connection, table, "true")).isEqualTo(LISTS.contains(table)
                    ? count(connection, table, "tenant IN ('acme', 'globex')") : 0);
            assertThat(count(connection, table, "true") > 0).isEqualTo(LISTS.contains(table));
            connection.commit();
            assertThat(count(connection, table, "true")).as("after the transaction").isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("tables")
    void evenTheOwnerIsBound(String table) throws SQLException {
        try (Connection connection = connect(database.owner())) {
            assertThat(count(connection, table, "true")).isZero();
        }
    }

    /** Each writes into another tenant than the one that is set. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            INSERT INTO sessions VALUES (900, 'globex', 'x', 'o', 'e', 0, NULL)
            INSERT INTO heads VALUES (900, 'globex', 'x', 'e', 1, 1, 0, 0, NULL)
            INSERT INTO events VALUES (900, 1, 0, 'globex', 'thinking', NULL, '')
            INSERT INTO checkpoints VALUES (900, 'globex', 0, '')
            INSERT INTO runs (tenant, id, session, session_id, ordinal, user_id, agent, status, attempt, lost, message, text, created_at) VALUES ('globex', 'x', 900, 'x', 1, 'u', 'a', 'queued', 0, 0, 'm', '', 0)
            INSERT INTO approvals (tenant, id, session, session_id, run, request, created_at) VALUES ('globex', 'x', 900, 'x', 'r', '', 0)
            INSERT INTO answers VALUES (900, '', 'globex', '', 0)
            INSERT INTO queue VALUES (900, 'r', 'globex', 'x', 'a', 0, 0, 0)
            INSERT INTO deadlines VALUES (900, 0, 'x', 'globex', 'x', 0)
            INSERT INTO run_places VALUES ('x', 'globex', 'x')
            INSERT INTO expiries VALUES (1, 0, 'globex')
            INSERT INTO tickets VALUES ('globex', 'd', 'u', NULL, 0)
            INSERT INTO connections VALUES ('globex', 'x', 'u', 0, 0, 'ip', NULL, 'e', 0)
            INSERT INTO connection_places VALUES ('x', 'globex')
            INSERT INTO tenants VALUES ('newcomer', true)
            INSERT INTO members VALUES ('globex', 'u', 'i', 's', true)
            """)
    void whatIsWrittenMustBeTheTenantsOwn(String insert) throws SQLException {
        for (String[] setting : new String[][] {
                {"app.tenant", "acme"}, {"app.tenant", ""}, {"app.worklist", "on"}, {"app.user", "ann"}}) {
            try (Connection connection = connect(database.application()); Statement statement = connection.createStatement()) {
                set(connection, setting[0], setting[1]);
                assertThatThrownBy(() -> statement.execute(insert)).as(setting[0] + "=" + setting[1])
                        .isInstanceOfSatisfying(SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
            }
        }
    }

    /** Updates and deletes of foreign rows find none; what no grant allows is refused. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            UPDATE runs SET status = 'failed' WHERE tenant = 'globex'         | 0
            UPDATE heads SET last = 0 WHERE tenant = 'globex'                 | 0
            UPDATE members SET active = false WHERE tenant = 'globex'         | 0
            DELETE FROM events WHERE tenant = 'globex'                        | 0
            DELETE FROM tickets WHERE tenant = 'globex'                       | 0
            DELETE FROM connections WHERE tenant = 'globex'                   | 0
            UPDATE connections SET until = 0 WHERE tenant = 'globex'          | 0
            DELETE FROM connection_places                                     | 42501
            UPDATE connections SET tenant = 'globex'                          | 42501
            UPDATE runs SET tenant = 'globex'                                 | 42501
            UPDATE queue SET tenant = 'globex'                                | 42501
            UPDATE runs SET text = ''                                         | 42501
            DELETE FROM runs                                                  | 42501
            DELETE FROM sessions                                              | 42501
            TRUNCATE events                                                   | 42501
            ALTER TABLE events DISABLE ROW LEVEL SECURITY                     | 42501
            DROP TABLE events                                                 | 42501
            CREATE TABLE hawser.mine (x int)                                  | 42501
            INSERT INTO schema_history SELECT * FROM schema_history           | 42501
            SET ROLE hawser_test_owner                                        | 42501
            """)
    void foreignRowsAreOutOfReachAndTheSchemaToo(String statement, String outcome) throws SQLException {
        try (Connection connection = connect(database.application()); Statement one = connection.createStatement()) {
            set(connection, "app.tenant", "acme");
            if (outcome.equals("0")) {
                assertThat(one.executeUpdate(statement)).isZero();
            } else {
                assertThatThrownBy(() -> one.execute(statement)).isInstanceOfSatisfying(SQLException.class,
                        e -> assertThat(e.getSQLState()).isEqualTo(outcome));
            }
        }
    }

    @Test
    void aWorkListHidesWhatItHandsOutAndChangesNothingElse() throws SQLException {
        try (Connection connection = connect(database.application()); Statement one = connection.createStatement()) {
            set(connection, "app.worklist", "on");
            assertThat(one.executeUpdate("UPDATE queue SET visible_at = visible_at")).isEqualTo(2);
            assertThat(one.executeUpdate("UPDATE heads SET last = 0")).isZero();
            assertThat(one.executeUpdate("UPDATE deadlines SET at = 0")).isZero();
            for (String table : List.of("queue", "deadlines", "expiries")) {
                assertThat(one.executeUpdate("DELETE FROM " + table)).isZero();
            }
        }
    }

    @Test
    void aSubjectSeesItsOwnMembershipsOnly() throws SQLException {
        try (Connection connection = connect(database.application())) {
            set(connection, "app.issuer", "https://issuer");
            set(connection, "app.user", "ann");
            assertThat(count(connection, "members", "true")).isEqualTo(2);
            assertThat(count(connection, "tenants", "true")).isEqualTo(2);
            assertThat(count(connection, "sessions", "true")).isZero();
            set(connection, "app.issuer", "https://other");
            assertThat(count(connection, "members", "true")).isZero();
            assertThat(count(connection, "tenants", "true")).isZero();
            set(connection, "app.issuer", "");
            set(connection, "app.user", "");
            assertThat(count(connection, "members", "true")).isZero();
        }
    }

    /** Tenants take turns on one connection, and a third of the transactions fail: none sees another's. */
    @Test
    void noTenantLeaksToTheNextTransaction() throws SQLException {
        Random random = new Random(7);
        try (Connection connection = connect(database.application())) {
            Sql sql = Sql.on(connection);
            for (int i = 0; i < 600; i++) {
                TenantId tenant = new TenantId(random.nextBoolean() ? "acme" : "globex");
                Scope scope = switch (random.nextInt(4)) {
                    case 0 -> Scope.WORKLIST;
                    case 1 -> new Scope.Membership(new Subject("https://issuer", "ann"));
                    default -> Scope.of(tenant);
                };
                List<String> seen = sql.list(scope, "SELECT tenant FROM sessions", row -> row.getString(1));
                assertThat(seen).isEqualTo(scope instanceof Scope.Tenant ? List.of(tenant.value()) : List.of());
                switch (random.nextInt(4)) {
                    case 0 -> {
                        assertThatThrownBy(() -> sql.update(scope, "SELECT 1 / 0")).isInstanceOf(SQLException.class);
                        assertThatThrownBy(() -> sql.list(Scope.of(tenant), "SELECT 1", row -> row.getInt(1)))
                                .as("the transaction is aborted").isInstanceOf(SQLException.class);
                        sql.rollback();
                    }
                    case 1 -> {
                        assertThatThrownBy(() -> sql.batch(Scope.of(new TenantId("acme")), "INSERT INTO expiries VALUES (?,0,?)",
                                List.of("acme", "globex"), name -> new Object[] {1L, name})).isInstanceOf(SQLException.class);
                        sql.rollback();
                    }
                    case 2 -> sql.rollback();
                    default -> sql.commit();
                }
                // The connection as a stranger would find it.
                assertThat(count(connection, "sessions", "true")).isZero();
                assertThat(count(connection, "heads", "true")).isZero();
                assertThat(count(connection, "members", "true")).isZero();
                connection.rollback();
            }
        }
    }
}
