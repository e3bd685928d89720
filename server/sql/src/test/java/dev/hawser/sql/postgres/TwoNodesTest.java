package dev.hawser.sql.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.core.model.Approval;
import dev.hawser.core.model.ApprovalId;
import dev.hawser.core.model.Decision;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.UserId;
import dev.hawser.sql.Durability;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes on one database, at the same sessions at the same time. */
class TwoNodesTest {
    private static final TestDatabase DATABASE = Server.migrated();
    private static final int SESSIONS = 12;

    private final List<PostgresStore> nodes = new ArrayList<>();

    @BeforeEach
    void open() {
        DATABASE.empty();
        for (int i = 0; i < 2; i++) {
            nodes.add(PostgresStore.open(DATABASE.application(), Durability.PROCESS));
        }
    }

    @AfterEach
    void close() {
        nodes.forEach(PostgresStore::close);
    }

    @AfterAll
    static void drop() {
        DATABASE.close();
    }

    private PostgresStore node(int i) {
        return nodes.get(i % nodes.size());
    }

    private static void join(List<? extends CompletableFuture<?>> all) {
        all.forEach(CompletableFuture::join);
    }

    private void create() {
        for (int s = 0; s < SESSIONS; s++) {
            Things.create(node(s), Things.key(s)).join();
        }
    }

    @Test
    void sequencesHaveNoHolesAndEachNodeTellsOfItsOwnInOrder() {
        create();
        List<Map<SessionKey, List<Long>>> told = List.of(new HashMap<>(), new HashMap<>());
        for (int n = 0; n < 2; n++) {
            Map<SessionKey, List<Long>> mine = told.get(n);
            node(n).listen(group -> group.forEach(one -> mine.computeIfAbsent(one.session(), _ -> new ArrayList<>())
                    .addAll(one.events().stream().map(Event::sequence).toList())));
        }
        int rounds = 300;
        List<CompletableFuture<Long>> all = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            for (int s = 0; s < SESSIONS; s++) {
                // In opposite orders, so that their groups would wait for each other if rows were locked as they come.
                all.add(Things.append(node(0), Things.key(s), "x"));
                all.add(Things.append(node(1), Things.key(SESSIONS - 1 - s), "x"));
            }
        }
        join(all);
        close();
        nodes.clear();
        open(false);
        for (int s = 0; s < SESSIONS; s++) {
            SessionKey key = Things.key(s);
            assertThat(Things.log(node(0), key)).extracting(Event::sequence).isEqualTo(Things.upTo(2L * rounds));
            List<Long> both = new ArrayList<>();
            told.forEach(mine -> {
                assertThat(mine.get(key)).isSorted().hasSize(rounds);
                both.addAll(mine.get(key));
            });
            assertThat(both).containsExactlyInAnyOrderElementsOf(Things.upTo(2L * rounds));
        }
    }

    private void open(boolean empty) {
        if (empty) {
            DATABASE.empty();
        }
        nodes.add(PostgresStore.open(DATABASE.application(), Durability.PROCESS));
    }

    @Test
    void aRunIsHandedOutOnce() {
        create();
        int count = 400;
        Set<RunKey> offered = new HashSet<>();
        List<CompletableFuture<Void>> saved = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            SessionKey key = Things.key(i % SESSIONS);
            String id = "r" + i;
            offered.add(Things.queued(key, id, 1).key());
            saved.add(node(i).commit(key, tx -> {
                Run run = Things.queued(key, id, tx.nextOrdinal());
                tx.save(run);
                tx.offer(run, null);
                return null;
            }));
        }
        join(saved);
        List<RunKey> claimed = Collections.synchronizedList(new ArrayList<>());
        // As many at a time as the nodes have connections for.
        for (int from = 0; from < count; from += 16) {
            List<CompletableFuture<Void>> claims = new ArrayList<>();
            for (int i = from; i < from + 16; i++) {
                claims.add(node(i).claim(Set.of(Things.AGENT), 1 + i % 5, Things.NOW, Things.NOW.plusSeconds(30))
                        .thenAccept(claimed::addAll));
            }
            join(claims);
        }
        assertThat(claimed).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(offered);
    }

    @Test
    void anApprovalHasOneDecision() {
        create();
        SessionKey key = Things.key(0);
        node(0).commit(key, tx -> {
            Run run = Things.queued(key, "r", 1);
            tx.save(run);
            for (int i = 0; i < 50; i++) {
                tx.save(new Approval(new ApprovalId("a" + i), run.key(), new EventBody.ApprovalRequired("a" + i, "pay", null,
                        "why", null, null, null, null), Things.NOW, null, null));
            }
            return null;
        }).join();
        List<CompletableFuture<Boolean>> all = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            ApprovalId id = new ApprovalId("a" + i);
            for (int n = 0; n < 2; n++) {
                UserId user = new UserId("user-" + n);
                all.add(node(n).commit(key, tx -> {
                    Approval approval = tx.approval(id).orElseThrow();
                    if (approval.decision() != null) {
                        return false;
                    }
                    tx.save(approval.decided(new Decision(Decision.Kind.APPROVE, user, null, null, Things.NOW)));
                    return true;
                }));
            }
        }
        assertThat(all.stream().filter(CompletableFuture::join)).hasSize(50);
        assertThat(node(1).view(key).orElseThrow().waiting()).isEmpty();
    }

    @Test
    void aSessionIsMadeOnceAndACommandAnsweredOnce() {
        AtomicInteger made = new AtomicInteger();
        List<CompletableFuture<?>> all = new ArrayList<>();
        int sessions = 60;
        for (int s = 0; s < sessions; s++) {
            SessionKey key = Things.key(s);
            for (int n = 0; n < 2; n++) {
                all.add(Things.create(node(n), key).handle((_, failed) -> {
                    if (failed == null) {
                        made.incrementAndGet();
                    } else {
                        assertThat(failed).isInstanceOf(IllegalStateException.class);
                    }
                    return null;
                }));
                all.add(node(n).commit(key, tx -> {
                    if (tx.answered(Things.ANN, "c").isEmpty()) {
                        tx.append(Things.event("once"), Things.NOW);
                        tx.answer(Things.ANN, "c", new byte[] {1}, Things.NOW);
                    }
                    return null;
                }));
            }
        }
        join(all);
        assertThat(made).hasValue(sessions);
        for (int s = 0; s < sessions; s++) {
            assertThat(Things.log(node(s), Things.key(s))).as("session " + s).hasSize(1);
        }
    }

    @Test
    void whatOneNodeHasInMemoryIsNotUsedOnceTheOtherHasChangedIt() {
        create();
        SessionKey key = Things.key(0);
        for (int i = 1; i <= 20; i++) {
            long ordinal = i;
            String id = "r" + i;
            PostgresStore here = node(i);
            PostgresStore there = node(i + 1);
            assertThat(here.commit(key, tx -> {
                tx.save(Things.queued(key, id, tx.nextOrdinal()));
                return tx.append(Things.event("x"), Things.NOW);
            }).join()).isEqualTo(ordinal);
            assertThat(there.commit(key, tx -> List.of(tx.nextOrdinal(), tx.position().last())).join())
                    .containsExactly(ordinal + 1, ordinal);
            assertThat(there.commit(key, tx -> tx.pending(Things.ANN, 100)).join()).isEqualTo(i);
        }
    }
}
