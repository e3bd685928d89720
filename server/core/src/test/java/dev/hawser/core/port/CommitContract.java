package dev.hawser.core.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hawser.core.model.Approval;
import dev.hawser.core.model.ApprovalId;
import dev.hawser.core.model.Decision;
import dev.hawser.core.model.Lease;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.Session;
import dev.hawser.core.model.SessionKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The guarantees of {@link Ledger#commit}: whole, in order, one after another; for every adapter. */
public abstract class CommitContract extends StoreContract {

    @Test
    void aSessionIsCreatedOnce() {
        SessionKey key = created("s");
        Session kept = commit(key, tx -> tx.session().orElseThrow());
        assertThat(kept).isEqualTo(session(key, ANN, NOW));
        assertThatThrownBy(() -> created("s")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aWorkThatThrowsUndoesAllOfIt() {
        SessionKey key = created("s");
        CompletableFuture<Object> good = ledger.commit(key, tx -> tx.append(event("before"), NOW));
        CompletableFuture<Object> bad = ledger.commit(key, tx -> {
            Run run = queued(key, "r1", tx.nextOrdinal());
            tx.save(run);
            tx.offer(run, null);
            tx.save(approval(key, "a1", "r1", null));
            tx.answer(ANN, "c1", new byte[] {1}, NOW);
            tx.append(event("never"), NOW);
            throw new IllegalArgumentException("changed my mind");
        });
        CompletableFuture<Long> after = ledger.commit(key, tx -> tx.append(event("after"), NOW));
        assertThat(await(good)).isEqualTo(1L);
        assertThatThrownBy(() -> await(bad)).isInstanceOf(IllegalArgumentException.class).hasMessage("changed my mind");
        assertThat(await(after)).isEqualTo(2L);
        assertThat(ledger.run(key.tenant(), new RunId("r1"))).isEmpty();
        assertThat(ledger.approval(key.tenant(), new ApprovalId("a1"))).isEmpty();
        assertThat(answered(key, ANN, "c1")).isEmpty();
        assertThat(await(queue.claim(Set.of(AGENT), 10, NOW, NOW))).isEmpty();
        assertThat(log.read(key, 0, 10)).hasSize(2);
    }

    @Test
    void aTransactionReadsItsOwnWrites() {
        SessionKey key = key("s");
        commit(key, tx -> {
            assertThat(tx.session()).isEmpty();
            tx.create(session(key, ANN, NOW));
            assertThat(tx.session()).isPresent();
            assertThat(tx.nextOrdinal()).isEqualTo(1);
            Run first = queued(key, "r1", 1);
            tx.save(first);
            Run second = queued(key, "r2", tx.nextOrdinal());
            tx.save(second);
            assertThat(second.ordinal()).isEqualTo(2);
            assertThat(tx.firstQueued(NOW)).contains(first);
            Run begun = first.begun(new Lease("me", NOW), NOW);
            tx.save(begun);
            assertThat(tx.live()).containsExactly(begun);
            assertThat(tx.firstQueued(NOW)).contains(second);
            assertThat(tx.run(new RunId("r1"))).contains(begun);
            Approval asked = approval(key, "a1", "r1", null);
            tx.save(asked);
            assertThat(tx.waiting(new RunId("r1"))).containsExactly(asked);
            tx.save(asked.decided(new Decision(Decision.Kind.APPROVE, ANN, null, null, NOW)));
            assertThat(tx.waiting(new RunId("r1"))).isEmpty();
            assertThat(tx.append(event("one"), NOW)).isEqualTo(1);
            assertThat(tx.append(event("two"), NOW)).isEqualTo(2);
            assertThat(tx.position().last()).isEqualTo(2);
            tx.answer(ANN, "c", new byte[] {7}, NOW);
            assertThat(tx.answered(ANN, "c")).hasValue(new byte[] {7});
            return null;
        });
    }

    @Test
    void futuresCompleteInOrderAndBeforeTheLogsListeners() {
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        log.listen(group -> group.forEach(one -> one.events().forEach(event -> seen.add("event " + event.sequence()))));
        SessionKey key = created("s");
        CountDownLatch attached = new CountDownLatch(1);
        holdUp(created("other"), attached);
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (int i = 1; i <= 50; i++) {
            all.add(ledger.commit(key, tx -> tx.append(event("x"), NOW)).thenAccept(n -> seen.add("future " + n)));
        }
        attached.countDown();
        all.forEach(StoreContract::await);
        commit(key, tx -> null);
        commit(key, tx -> null);
        assertThat(seen.stream().filter(one -> one.startsWith("future")).map(one -> Long.valueOf(one.substring(7))))
                .isSorted().hasSize(50);
        for (int i = 1; i <= 50; i++) {
            assertThat(seen.indexOf("future " + i)).isLessThan(seen.indexOf("event " + i));
        }
    }

    /** Keeps the thread that completes futures busy until the latch opens, so that what is asked for meanwhile piles up. */
    private void holdUp(SessionKey session, CountDownLatch latch) {
        Thread self = Thread.currentThread();
        CompletableFuture<Boolean> held = new CompletableFuture<>();
        while (!held.getNow(false)) {
            CompletableFuture<Boolean> other = new CompletableFuture<>();
            ledger.afterwards(() -> ledger.commit(session, tx -> null).thenRun(() -> {
                other.complete(Thread.currentThread() != self);
                if (Thread.currentThread() != self) {
                    awaited(latch);
                }
            }));
            held = other.orTimeout(60, TimeUnit.SECONDS);
            held.join();
        }
    }

    private static void awaited(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void worksOfOneSessionNeverOverlap() throws InterruptedException {
        SessionKey key = created("s");
        List<Thread> threads = new ArrayList<>();
        List<CompletableFuture<Long>> all = Collections.synchronizedList(new ArrayList<>());
        for (int t = 0; t < 8; t++) {
            threads.add(Thread.ofVirtual().start(() -> {
                for (int i = 0; i < 100; i++) {
                    all.add(ledger.commit(key, tx -> {
                        tx.save(queued(key, "r" + tx.nextOrdinal(), tx.nextOrdinal()));
                        return tx.append(event("x"), NOW);
                    }));
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(all.stream().map(StoreContract::await).distinct()).hasSize(800);
        assertThat(nextOrdinal(key)).isEqualTo(801);
    }

    @Test
    void aTransactionIsOfNoUseAfterItsWork() {
        SessionKey key = created("s");
        List<SessionTx> kept = new ArrayList<>();
        commit(key, kept::add);
        assertThatThrownBy(() -> kept.getFirst().append(event("x"), NOW)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void nothingIsWrittenToASessionThatDoesNotExist() {
        SessionKey key = key("nobody");
        assertThatThrownBy(() -> append(key, 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> save(queued(key, "r1", 1))).isInstanceOf(IllegalStateException.class);
        assertThat(ledger.view(key)).isEmpty();
    }

    @Test
    void aTransactionWritesToItsOwnSessionOnly() {
        SessionKey one = created("one");
        SessionKey two = created("two");
        assertThatThrownBy(() -> commit(one, tx -> {
            tx.save(queued(two, "r1", 1));
            return null;
        })).isInstanceOf(IllegalArgumentException.class);
        assertThat(ledger.run(two.tenant(), new RunId("r1"))).isEmpty();
    }

    @Test
    void anErrorInAWorkIsThatWorksOwnAffair() {
        SessionKey key = created("s");
        CompletableFuture<Long> before = ledger.commit(key, tx -> tx.append(event("x"), NOW));
        CompletableFuture<Long> broken = ledger.commit(key, tx -> {
            tx.append(event("never"), NOW);
            throw new StackOverflowError("too deep");
        });
        CompletableFuture<Long> after = ledger.commit(key, tx -> tx.append(event("x"), NOW));
        assertThatThrownBy(() -> await(broken)).hasRootCauseInstanceOf(StackOverflowError.class);
        assertThat(await(before)).isEqualTo(1L);
        assertThat(await(after)).isEqualTo(2L);
    }

    @Test
    void anIdThatAnotherSessionHasTakenIsRefusedToThatWorkAlone() {
        SessionKey one = created("one");
        SessionKey two = created("two");
        Run mine = queued(one, "r1", 1);
        save(mine);
        CountDownLatch attached = new CountDownLatch(1);
        holdUp(one, attached);
        CompletableFuture<Long> before = ledger.commit(two, tx -> tx.append(event("x"), NOW));
        CompletableFuture<Long> taken = ledger.commit(two, tx -> {
            tx.save(queued(two, "r1", tx.nextOrdinal()));
            return tx.append(event("never"), NOW);
        });
        CompletableFuture<Long> after = ledger.commit(two, tx -> tx.append(event("x"), NOW));
        attached.countDown();
        assertThat(await(before)).isEqualTo(1L);
        assertThatThrownBy(() -> await(taken)).isInstanceOf(RuntimeException.class);
        assertThat(await(after)).isEqualTo(2L);
        assertThat(ledger.run(one.tenant(), mine.id())).contains(mine);
        assertThat(nextOrdinal(two)).isEqualTo(1);
        assertThat(log.read(two, 0, 10)).hasSize(2);
    }

    @Test
    void commitsInsideAfterwardsBeginWhenItReturns() {
        SessionKey key = created("s");
        List<CompletableFuture<Long>> asked = new ArrayList<>();
        ledger.afterwards(() -> {
            asked.add(ledger.commit(key, tx -> tx.append(event("x"), NOW)));
            asked.add(ledger.commit(key, tx -> tx.append(event("x"), NOW)));
            assertThat(ledger.view(key)).isPresent();
        });
        assertThat(asked.stream().map(StoreContract::await)).containsExactly(1L, 2L);
    }
}
