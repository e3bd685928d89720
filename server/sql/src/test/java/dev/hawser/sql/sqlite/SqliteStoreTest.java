package dev.hawser.sql.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.Epoch;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.EventBody;
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
import dev.hawser.core.port.StoreException;
import dev.hawser.sql.Durability;
import dev.hawser.sql.group.Threads;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only the embedded store promises: its file, its journal, its failures. */
class SqliteStoreTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final SessionKey KEY = new SessionKey(new TenantId("acme"), new SessionId("s"));

    @TempDir
    private Path folder;
    private SqliteStore store;

    @BeforeEach
    void open() {
        store = SqliteStore.open(folder, Durability.PROCESS);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void reopen() {
        store.close();
        open();
    }

    private void create() {
        store.commit(KEY, tx -> {
            tx.create(new Session(KEY, new UserId("ann"), new Epoch("e"), NOW, null));
            return null;
        }).join();
    }

    private CompletableFuture<Long> append(String text) {
        return store.commit(KEY, tx -> tx.append(
                NewEvent.of(new RunId("r"), new EventBody.TextDelta("m", text)), NOW));
    }

    private List<Long> sequences() {
        List<Long> all = new ArrayList<>();
        List<Event> page = store.read(KEY, 0, 100);
        while (!page.isEmpty()) {
            page.forEach(event -> all.add(event.sequence()));
            page = store.read(KEY, all.getLast(), 100);
        }
        return all;
    }

    private static List<Long> upTo(long last) {
        return LongStream.rangeClosed(1, last).boxed().toList();
    }

    private void sql(String statement) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("hawser.db"));
                Statement one = connection.createStatement()) {
            one.execute("PRAGMA busy_timeout = 10000");
            one.execute(statement);
        }
    }

    @Test
    void everythingIsThereAfterReopening() {
        create();
        Run run = Run.queued(new RunKey(KEY, new RunId("r1")), 1, new UserId("ann"), new AgentName("demo"),
                new MessageId("m"), "t", null, NOW, null);
        store.commit(KEY, tx -> {
            tx.save(run);
            tx.offer(run, null);
            tx.answer(new UserId("ann"), "c", new byte[] {1}, NOW);
            return null;
        }).join();
        append("one").join();
        reopen();
        append("two").join();
        reopen();
        assertThat(sequences()).isEqualTo(upTo(2));
        assertThat(store.run(KEY.tenant(), run.id())).contains(run);
        assertThat(store.commit(KEY, tx -> tx.firstQueued(NOW)).join()).contains(run);
        assertThat(store.commit(KEY, tx -> tx.answered(new UserId("ann"), "c")).join()).hasValue(new byte[] {1});
        assertThat(store.claim(Set.of(new AgentName("demo")), 1, NOW, NOW).join()).containsExactly(run.key());
    }

    @Test
    void whatIsQueuedIsCommittedByClosing() {
        create();
        List<CompletableFuture<Long>> all = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            all.add(append("x"));
        }
        reopen();
        all.forEach(future -> assertThat(future).isCompleted());
        assertThat(sequences()).isEqualTo(upTo(2_000));
    }

    @Test
    void aClosedStoreRefusesWork() {
        create();
        store.close();
        assertThatThrownBy(() -> append("x").join()).hasCauseInstanceOf(StoreException.class);
    }

    @Test
    void eventsAreReadAlikeFromJournalAndBlocks() throws SQLException {
        create();
        for (int group = 0; group < 10; group++) {
            appendInOneGroup(group * 300 + 1, (group + 1) * 300);
        }
        assertThat(count("journal")).isPositive();
        List<byte[]> before = bodies();
        reopen();
        assertThat(count("journal")).isZero();
        assertThat(count("blocks")).isBetween(5L, 50L);
        assertThat(bodies()).containsExactlyElementsOf(before).hasSize(3_000);
        assertThat(store.read(KEY, 2_990, 100)).extracting(Event::sequence).startsWith(2_991L).hasSize(10);
    }

    /** So that there are as many groups, and blocks, on a slow machine as on a fast one. */
    private void appendInOneGroup(int first, int last) {
        CountDownLatch sent = new CountDownLatch(1);
        CompletableFuture<Void> held = store.commit(KEY, tx -> {
            Threads.uninterrupted(() -> {
                sent.await();
                return null;
            });
            return null;
        });
        List<CompletableFuture<Long>> all = new ArrayList<>();
        for (int i = first; i <= last; i++) {
            all.add(append("x".repeat(i % 300)));
        }
        sent.countDown();
        held.join();
        all.forEach(CompletableFuture::join);
    }

    @Test
    void whatIsInTheJournalAndInSeveralBlocksIsThereOnceAfterReopening() throws SQLException {
        create();
        for (int i = 1; i <= 20; i++) {
            append(i + "x".repeat(20_000)).join();
        }
        append("the tail").join();
        assertThat(count("journal")).as("nothing is swept yet").isEqualTo(21);
        assertThat(count("blocks")).isGreaterThan(2);
        List<byte[]> before = bodies();
        reopen();
        assertThat(sequences()).isEqualTo(upTo(21));
        assertThat(bodies()).containsExactlyElementsOf(before);
        assertThat(store.position(KEY).orElseThrow().last()).isEqualTo(21);
        assertThat(append("the next").join()).isEqualTo(22);
        reopen();
        assertThat(sequences()).isEqualTo(upTo(22));
    }

    @Test
    void smallBlocksThatAreInTheJournalTooDoNotHideTheNewestEvents() throws Exception {
        create();
        for (int block = 0; block < 3; block++) {
            append("a").join();
            append("b").join();
            long blocks = count("blocks");
            while (count("blocks") == blocks) {
                store.commit(KEY, tx -> null).join();
            }
        }
        append("the tail").join();
        reopen();
        assertThat(store.position(KEY).orElseThrow().last()).isEqualTo(7);
        assertThat(sequences()).isEqualTo(upTo(7));
    }

    private List<byte[]> bodies() {
        List<byte[]> all = new ArrayList<>();
        List<Event> page = store.read(KEY, 0, 100);
        while (!page.isEmpty()) {
            page.forEach(event -> all.add(event.json()));
            page = store.read(KEY, all.size(), 100);
        }
        return all;
    }

    private long count(String table) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("hawser.db"));
                Statement one = connection.createStatement(); var row = one.executeQuery("SELECT count(*) FROM " + table)) {
            return row.getLong(1);
        }
    }

    /** A full disk, for one, ends the transaction as ROLLBACK does. */
    @Test
    void aFailedGroupFailsAllItsFuturesAndLeavesTheStoreWhole() throws SQLException {
        create();
        append("one").join();
        for (String how : List.of("ABORT", "ROLLBACK", "FAIL", "ROLLBACK", "ABORT")) {
            sql("CREATE TRIGGER broken BEFORE INSERT ON journal BEGIN SELECT RAISE(" + how + ", 'disk on fire'); END");
            List<CompletableFuture<Long>> failing = List.of(append("lost"), append("lost too"));
            for (CompletableFuture<Long> future : failing) {
                assertThatThrownBy(future::join).isInstanceOf(CompletionException.class)
                        .hasCauseInstanceOf(StoreException.class);
            }
            assertThat(store.position(KEY).orElseThrow().last()).isEqualTo(1);
            assertThat(sequences()).isEqualTo(upTo(1));
            sql("DROP TRIGGER broken");
        }
        assertThat(append("two").join()).isEqualTo(2);
        assertThat(sequences()).isEqualTo(upTo(2));
        reopen();
        assertThat(sequences()).isEqualTo(upTo(2));
    }

    @Test
    void ticketsMembersAndPendingRunsAreThereAfterReopening() {
        create();
        Member ann = new Member(KEY.tenant(), new UserId("ann"), new Subject("issuer", "s-1"), true);
        Run run = Run.queued(new RunKey(KEY, new RunId("r1")), 1, ann.user(), new AgentName("demo"),
                new MessageId("m"), "t", null, NOW, null);
        store.commit(KEY, tx -> {
            tx.save(run);
            return null;
        }).join();
        Ticket unused = new Ticket(KEY.tenant(), "a".repeat(64), ann.user(), Instant.MAX, NOW.plusSeconds(30));
        Ticket used = new Ticket(KEY.tenant(), "b".repeat(64), ann.user(), NOW, NOW.plusSeconds(30));
        store.tickets().keep(unused, 2, NOW).join();
        store.tickets().keep(used, 2, NOW).join();
        store.tickets().redeem(used.tenant(), used.digest(), NOW).join();
        store.members().save(new Tenant(ann.tenant(), true)).join();
        store.members().save(ann).join();
        reopen();
        assertThat(store.tickets().redeem(used.tenant(), used.digest(), NOW).join()).isEmpty();
        assertThat(store.tickets().redeem(unused.tenant(), unused.digest(), NOW).join()).contains(unused);
        assertThat(store.members().active(ann.tenant(), ann.subject())).contains(ann);
        assertThat(store.commit(KEY, tx -> tx.pending(ann.user(), 10)).join()).isEqualTo(1);
    }

    @Test
    void aStoreOfTheFirstSchemaIsTakenOver() throws SQLException {
        create();
        append("one").join();
        store.close();
        for (String statement : List.of("DROP TABLE tickets", "DROP TABLE tenants", "DROP TABLE members", "DROP TABLE connections",
                "DROP TABLE devices", "DROP TABLE tool_calls",
                "DROP INDEX runs_pending", "DROP INDEX runs_asked", "ALTER TABLE runs DROP COLUMN connection",
                "ALTER TABLE sessions DROP COLUMN state",
                "PRAGMA user_version = 1")) {
            sql(statement);
        }
        open();
        assertThat(sequences()).isEqualTo(upTo(1));
        assertThat(store.members().tenant(KEY.tenant())).isEmpty();
        assertThat(store.commit(KEY, tx -> tx.pending(new UserId("ann"), 10)).join()).isZero();
    }

    @Test
    void theFolderBelongsToOneProcess() {
        assertThatThrownBy(() -> SqliteStore.open(folder, Durability.PROCESS))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("in use by another process");
    }

    @Test
    void theFileIsItsOwnersOnly() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("hawser.db"))))
                .isEqualTo("rw-------");
    }

    @Test
    void aFolderOfANewerVersionIsRefused() throws SQLException {
        store.close();
        sql("PRAGMA user_version = 1000");
        assertThatThrownBy(() -> SqliteStore.open(folder, Durability.PROCESS))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("newer version");
        sql("PRAGMA user_version = " + Database.SCHEMA);
        open();
    }

    @Test
    void aReaderThatIsInterruptedDoesNotHarmTheOthers() throws InterruptedException {
        create();
        append("one").join();
        for (int i = 0; i < 20; i++) {
            Thread reader = Thread.ofVirtual().start(() -> {
                Thread.currentThread().interrupt();
                store.run(KEY.tenant(), new RunId("nobody"));
            });
            reader.join();
        }
        assertThat(sequences()).isEqualTo(upTo(1));
    }

    @Test
    void whatCannotBeWrittenFailsAlone() {
        create();
        SessionKey unwritable = new SessionKey(KEY.tenant(), new SessionId("unwritable"));
        CompletableFuture<Long> before = append("one");
        CompletableFuture<Object> broken = store.commit(unwritable, tx -> {
            tx.create(new Session(unwritable, new UserId("ann"), new Epoch("e"), Instant.MAX, null));
            return null;
        });
        CompletableFuture<Long> after = append("two");
        assertThatThrownBy(broken::join).hasCauseInstanceOf(StoreException.class);
        assertThat(before.join()).isEqualTo(1);
        assertThat(after.join()).isEqualTo(2);
        assertThat(store.view(unwritable)).isEmpty();
        reopen();
        assertThat(sequences()).isEqualTo(upTo(2));
    }

    @Test
    void aListenerThatFailsHarmsNobody() {
        store.listen(_ -> {
            throw new AssertionError("a listener with a fault");
        });
        List<AgentName> told = new ArrayList<>();
        store.whenDue(told::addAll);
        create();
        Run run = Run.queued(new RunKey(KEY, new RunId("r1")), 1, new UserId("ann"), new AgentName("demo"),
                new MessageId("m"), "t", null, NOW, null);
        store.commit(KEY, tx -> {
            tx.save(run);
            tx.offer(run, null);
            return tx.append(NewEvent.of(null, new EventBody.Thinking("hm")), NOW);
        }).join();
        assertThat(append("on").join()).isEqualTo(2);
        assertThat(told).containsExactly(run.agent());
    }

    @Test
    void aClosedStoreRefusesToRead() {
        create();
        store.close();
        assertThatThrownBy(() -> store.read(KEY, 0, 1)).isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> store.view(KEY)).isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> store.afterwards(() -> store.view(KEY))).isInstanceOf(StoreException.class);
    }

    @Test
    void aClosedStoreIsOneFile() throws Exception {
        create();
        append("x").join();
        store.close();
        try (var files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder("hawser.db", "hawser.lock");
        }
    }
}
