package dev.hawser.sql.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hawser.core.kit.Ports;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.port.StoreException;
import dev.hawser.sql.Durability;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database that goes away and comes back, and connections that are lost in the middle of things. */
class OutageTest {
    private static final long PATIENCE_NANOS = 180_000_000_000L;

    @TempDir
    private Path folder;

    private EmbeddedPostgres start(int port) throws IOException {
        return Server.builder().setDataDirectory(folder.resolve("data")).setCleanDataDirectory(false).setPort(port).start();
    }

    /** It is given a few seconds to end, and takes longer on a busy machine. */
    private void stop(EmbeddedPostgres server) throws IOException {
        server.close();
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (Files.exists(folder.resolve("data/postmaster.pid"))) {
            assertThat(System.nanoTime()).as("it does not end").isLessThan(deadline);
            LockSupport.parkNanos(10_000_000);
        }
    }

    @Test
    void theStoreGoesOnWhenTheDatabaseIsBack() throws Exception {
        EmbeddedPostgres server = Ports.use(this::start);
        try {
            int port = server.getPort();
            PostgresUrl url = PostgresUrl.parse("postgresql://postgres@localhost:" + port + "/postgres");
            Server.run(url, "CREATE ROLE " + Server.OWNER + " LOGIN", "CREATE ROLE " + Server.APPLICATION + " LOGIN");
            String application = migrated(url);
            SessionKey key = Things.key(0);
            try (PostgresStore store = PostgresStore.open(application, Durability.POWER)) {
                Things.create(store, key).join();
                Things.append(store, key, "before").join();
                stop(server);
                assertThatThrownBy(Things.append(store, key, "meanwhile")::join).hasCauseInstanceOf(StoreException.class);
                assertThatThrownBy(() -> store.read(key, 0, 10)).isInstanceOf(StoreException.class);
                assertThatThrownBy(() -> store.claim(Set.of(Things.AGENT), 1, Things.NOW, Things.NOW).join())
                        .hasCauseInstanceOf(StoreException.class);
                server = start(port);
                assertThat(appendUntilItWorks(store, key)).isEqualTo(2);
                assertThat(Things.log(store, key)).extracting(event -> ((EventBody.TextDelta) event.body()).delta())
                        .containsExactly("before", "after");
                assertThat(store.claim(Set.of(Things.AGENT), 1, Things.NOW, Things.NOW).join()).isEmpty();
                assertThat(Things.append(store, key, "on").join()).isEqualTo(3);
            }
        } finally {
            stop(server);
        }
    }

    /** A migrated database that goes with its server. */
    private static String migrated(PostgresUrl server) {
        TestDatabase database = TestDatabase.create(server, "outage");
        PostgresSchema.migrate(database.owner(), database.application(), _ -> {});
        return database.application();
    }

    private static long appendUntilItWorks(PostgresStore store, SessionKey key) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            try {
                return Things.append(store, key, "after").join();
            } catch (CompletionException e) {
                assertThat(e).hasCauseInstanceOf(StoreException.class);
                assertThat(System.nanoTime()).as("it did not come back").isLessThan(deadline);
            }
        }
    }

    /** Commits that were under way when their connection was cut took effect once or, tried again, once. */
    @Test
    void connectionsThatAreCutLoseNothingAndRepeatNothing() {
        try (TestDatabase database = Server.migrated();
                PostgresStore store = PostgresStore.open(database.application(), Durability.POWER)) {
            int sessions = 10;
            for (int s = 0; s < sessions; s++) {
                Things.create(store, Things.key(s)).join();
            }
            List<CompletableFuture<Long>> before = List.of();
            List<CompletableFuture<Long>> sent = new ArrayList<>();
            List<List<String>> texts = new ArrayList<>();
            for (int s = 0; s < sessions; s++) {
                texts.add(new ArrayList<>());
            }
            int rounds = 400;
            for (int i = 0; i < rounds; i++) {
                for (int s = 0; s < sessions; s++) {
                    String text = "event " + i;
                    texts.get(s).add(text);
                    sent.add(Things.append(store, Things.key(s), text));
                }
                if (i % 10 == 0) {
                    // Cut again only after it went on, or a slow machine would see nothing but cuts.
                    before.forEach(CompletableFuture::join);
                    before = sent;
                    sent = new ArrayList<>();
                    database.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '"
                            + Server.APPLICATION + "' AND datname = '" + database.name() + "'");
                }
            }
            before.forEach(CompletableFuture::join);
            sent.forEach(CompletableFuture::join);
            for (int s = 0; s < sessions; s++) {
                List<Event> log = Things.log(store, Things.key(s));
                assertThat(log).extracting(Event::sequence).isEqualTo(Things.upTo(rounds));
                assertThat(log).extracting(event -> ((EventBody.TextDelta) event.body()).delta()).isEqualTo(texts.get(s));
            }
        }
    }

    /** What the server says of a transaction is what became of it. */
    @Test
    void theServerTellsWhatBecameOfATransaction() throws Exception {
        try (TestDatabase database = Server.migrated()) {
            Connector connector = new Connector(PostgresUrl.parse(database.application()), Durability.POWER);
            for (boolean commits : new boolean[] {true, false}) {
                Sql sql = Sql.numbered(connector.open());
                sql.update(Scope.of(Things.key(0).tenant()), "INSERT INTO expiries VALUES (?, 0, ?)", commits ? 1L : 2L, "acme");
                String transaction = sql.transaction();
                assertThat(transaction).isNotNull();
                if (commits) {
                    sql.commit();
                } else {
                    sql.rollback();
                }
                assertThat(sql.one(Scope.WORKLIST, "SELECT pg_xact_status(?::xid8)", row -> row.getString(1), transaction))
                        .contains(commits ? "committed" : "aborted");
                sql.rollback();
                sql.close();
            }
        }
    }
}
