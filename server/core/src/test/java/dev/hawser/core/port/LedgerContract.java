package dev.hawser.core.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hawser.core.model.Approval;
import dev.hawser.core.model.ApprovalId;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.ConnectionId;
import dev.hawser.core.model.Decision;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.Lease;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.RunStatus;
import dev.hawser.core.model.Session;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import dev.hawser.core.port.Ledger.Due;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The guarantees of {@link Ledger} and {@link SessionTx}, for every adapter. */
public abstract class LedgerContract extends StoreContract {

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

    private int pending(SessionKey session, UserId user, int limit) {
        return commit(session, tx -> tx.pending(user, limit));
    }

    @Test
    void pendingRunsOfAUserAreCountedOverAllSessionsOfTheTenant() {
        SessionKey one = created("one");
        SessionKey two = created("two");
        SessionKey elsewhere = created(key("globex", "one"));
        UserId bob = new UserId("bob");
        Run first = queued(one, "r1", 1);
        Run second = queued(two, "r2", 1);
        save(first);
        save(second);
        save(queued(elsewhere, "r1", 1));
        save(new Run(new RunKey(one, new RunId("bobs")), 2, bob, null, AGENT, RunStatus.QUEUED, 0, 0, null, first.message(), "", null,
                NOW, null, null, null, null, null, null));
        assertThat(pending(one, ANN, 10)).isEqualTo(2);
        assertThat(pending(key("not there"), ANN, 10)).isEqualTo(2);
        assertThat(pending(one, ANN, 1)).isEqualTo(1);
        assertThat(pending(two, bob, 10)).isEqualTo(1);
        assertThat(pending(elsewhere, ANN, 10)).isEqualTo(1);
        Run begun = first.begun(new Lease("me", NOW), NOW);
        save(begun);
        assertThat(pending(two, ANN, 10)).isEqualTo(2);
        save(begun.ended(RunStatus.COMPLETED, NOW, null));
        assertThat(pending(two, ANN, 10)).isEqualTo(1);
    }

    @Test
    void pendingRunsAreThoseThatTheTransactionHasMade() {
        SessionKey one = created("one");
        save(queued(one, "r1", 1));
        commit(key("two"), tx -> {
            tx.create(session(key("two"), ANN, NOW));
            Run second = queued(key("two"), "r2", 1);
            tx.save(second);
            tx.save(second);
            assertThat(tx.pending(ANN, 10)).isEqualTo(2);
            assertThat(tx.pending(ANN, 1)).isEqualTo(1);
            tx.save(second.begun(new Lease("me", NOW), NOW).ended(RunStatus.CANCELLED, NOW, null));
            assertThat(tx.pending(ANN, 10)).isEqualTo(1);
            return null;
        });
        commit(one, tx -> {
            tx.save(queued(one, "r3", 2));
            tx.save(tx.run(new RunId("r1")).orElseThrow().begun(new Lease("me", NOW), NOW));
            assertThat(tx.pending(ANN, 10)).isEqualTo(2);
            tx.save(tx.run(new RunId("r1")).orElseThrow().ended(RunStatus.COMPLETED, NOW, null));
            assertThat(tx.pending(ANN, 10)).isEqualTo(1);
            return null;
        });
        assertThat(pending(one, ANN, 10)).isEqualTo(1);
    }

    @Test
    void runsThatAWireAskedForAreFoundWhileTheyAreNotOver() {
        SessionKey one = created("one");
        SessionKey two = created("two");
        SessionKey elsewhere = created(key("globex", "one"));
        ConnectionId wire = new ConnectionId("wire");
        Run queued = queued(one, "queued", 1).askedOn(wire);
        Run running = queued(two, "running", 1).askedOn(wire).begun(new Lease("me", NOW), NOW);
        Run over = queued(two, "over", 2).askedOn(wire).ended(RunStatus.CANCELLED, NOW, null);
        List.of(queued, running, over, queued(one, "other", 2).askedOn(new ConnectionId("other")), queued(two, "none", 3),
                queued(elsewhere, "foreign", 1).askedOn(wire)).forEach(this::save);
        assertThat(ledger.asked(one.tenant(), wire)).containsExactlyInAnyOrder(queued.key(), running.key());
        save(running.ended(RunStatus.ABANDONED, NOW, null));
        assertThat(ledger.asked(one.tenant(), wire)).containsExactly(queued.key());
        assertThat(ledger.asked(one.tenant(), new ConnectionId("nobody"))).isEmpty();
    }

    @Test
    void runsOfATenantAreListedTheNewestFirst() {
        SessionKey one = created("one");
        SessionKey two = created("two");
        SessionKey elsewhere = created(key("globex", "one"));
        Run queued = queued(one, "r1", 1);
        Run over = queued(two, "r2", 1).ended(RunStatus.CANCELLED, NOW, null);
        Run third = queued(one, "r3", 2);
        List.of(queued, over, third, queued(elsewhere, "r4", 1)).forEach(this::save);
        assertThat(ledger.runs(one.tenant(), null, 200)).containsExactly(third, over, queued);
        assertThat(ledger.runs(one.tenant(), null, 2)).containsExactly(third, over);
        assertThat(ledger.runs(one.tenant(), RunStatus.QUEUED, 200)).containsExactly(third, queued);
        assertThat(ledger.runs(one.tenant(), RunStatus.FAILED, 200)).isEmpty();
        assertThatThrownBy(() -> ledger.runs(one.tenant(), null, 201)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void everyFieldOfARunIsKept() {
        SessionKey key = created("s");
        Run run = new Run(new RunKey(key, new RunId("r1")), 1, ANN, new ConnectionId("wire"), AGENT, RunStatus.FAILED, 3, 2, null,
                queued(key, "r1", 1).message(), "text", Json.object().put("a", "b"), NOW, NOW.plusSeconds(1),
                NOW.plusSeconds(2), NOW.plusSeconds(3), NOW.plusSeconds(4), new ApprovalId("a1"),
                Fault.of(Code.AGENT_ERROR, "it broke"));
        Run leased = new Run(new RunKey(key, new RunId("r2")), 2, ANN, null, AGENT, RunStatus.RUNNING, 1, 0,
                new Lease("owner", NOW.plusSeconds(30)), queued(key, "r2", 2).message(), "", null, NOW, null, NOW, null, null,
                null, null);
        save(run);
        save(leased);
        assertThat(ledger.run(key.tenant(), run.id())).contains(run);
        assertThat(ledger.run(key.tenant(), leased.id())).contains(leased);
        assertThat(runIn(key, run.id())).contains(run);
    }

    @Test
    void aSavedRunReplacesTheOneBefore() {
        SessionKey key = created("s");
        Run run = queued(key, "r1", 1);
        save(run);
        Run ended = run.begun(new Lease("me", NOW), NOW).ended(RunStatus.COMPLETED, NOW.plusSeconds(5), null);
        save(ended);
        assertThat(ledger.run(key.tenant(), run.id())).contains(ended);
        assertThat(live(key)).isEmpty();
        assertThat(firstQueued(key, NOW)).isEmpty();
        assertThat(nextOrdinal(key)).isEqualTo(2);
    }

    @Test
    void theFirstQueuedIsTheOldestWhoseTimeHasCome() {
        SessionKey key = created("s");
        Run later = Run.queued(new RunKey(key, new RunId("later")), 1, ANN, AGENT, queued(key, "x", 1).message(), "t", null,
                NOW, NOW.plusSeconds(60));
        Run first = queued(key, "first", 2);
        save(later);
        save(first);
        save(queued(key, "second", 3));
        assertThat(firstQueued(key, NOW)).contains(first);
        assertThat(firstQueued(key, NOW.plusSeconds(60))).contains(later);
    }

    @Test
    void everyFieldOfAnApprovalIsKept() {
        SessionKey key = created("s");
        save(queued(key, "r1", 1));
        Approval asked = approval(key, "a1", "r1", NOW.plusSeconds(60));
        Approval decided = asked.decided(new Decision(
                Decision.Kind.EDIT, ANN, Json.object().put("amount", 7), "too much", NOW.plusSeconds(1)));
        commit(key, tx -> {
            tx.save(asked);
            return null;
        });
        assertThat(ledger.approval(key.tenant(), asked.id())).contains(asked);
        commit(key, tx -> {
            tx.save(decided);
            return null;
        });
        assertThat(ledger.approval(key.tenant(), asked.id())).contains(decided);
        assertThat(waitingIn(key, new RunId("r1"))).isEmpty();
    }

    @Test
    void anApprovalIdIsSeenFromEverySessionOfItsTenantAndNoOther() {
        SessionKey one = created("one");
        SessionKey two = created("two");
        SessionKey foreign = created(key("other", "one"));
        save(queued(one, "r1", 1));
        Approval asked = approval(one, "a1", "r1", null);
        commit(one, tx -> {
            tx.save(asked);
            return null;
        });
        assertThat(approvalIn(two, asked.id())).contains(asked);
        assertThat(approvalIn(foreign, asked.id())).isEmpty();
    }

    @Test
    void theSameIdsInTwoTenantsNeverMeet() {
        SessionKey mine = created(key("acme", "s"));
        SessionKey theirs = created(key("evil", "s"));
        save(queued(mine, "r1", 1));
        append(mine, 3);
        assertThat(ledger.run(theirs.tenant(), new RunId("r1"))).isEmpty();
        assertThat(runIn(theirs, new RunId("r1"))).isEmpty();
        assertThat(log.read(theirs, 0, 10)).isEmpty();
        save(queued(theirs, "r1", 1));
        assertThat(ledger.run(theirs.tenant(), new RunId("r1")).orElseThrow().key().session()).isEqualTo(theirs);
        assertThat(ledger.run(mine.tenant(), new RunId("r1")).orElseThrow().key().session()).isEqualTo(mine);
        assertThat(ledger.locate(new RunId("r1"))).isEmpty();
        assertThat(ledger.view(key("third", "s"))).isEmpty();
    }

    @Test
    void aRunIsLocatedByItsIdAlone() {
        SessionKey key = created("s");
        save(queued(key, "r1", 1));
        assertThat(ledger.locate(new RunId("r1"))).contains(new RunKey(key, new RunId("r1")));
        assertThat(ledger.locate(new RunId("r2"))).isEmpty();
    }

    @Test
    void answersAreKeptByUserAndCommandUntilTheirWindowEnds() {
        SessionKey key = created("s");
        commit(key, tx -> {
            tx.answer(ANN, "c1", new byte[] {1}, NOW.plusSeconds(10));
            tx.answer(ANN, "c2", new byte[] {2}, NOW.plusSeconds(20));
            return null;
        });
        assertThat(answered(key, ANN, "c1")).hasValue(new byte[] {1});
        assertThat(answered(key, new UserId("bob"), "c1")).isEmpty();
        assertThat(await(ledger.forgetAnswers(NOW.plusSeconds(10)))).isEqualTo(1);
        assertThat(answered(key, ANN, "c1")).isEmpty();
        assertThat(answered(key, ANN, "c2")).hasValue(new byte[] {2});
    }

    @Test
    void whatIsDueIsFoundOnceItsTimeHasCome() {
        SessionKey key = created("s");
        Run running = queued(key, "r1", 1).begun(new Lease("me", NOW.plusSeconds(30)), NOW);
        Run cancelled = queued(key, "r2", 2).begun(new Lease("me", NOW.plusSeconds(300)), NOW).cancelBy(NOW.plusSeconds(10));
        save(running);
        save(cancelled);
        commit(key, tx -> {
            tx.save(approval(key, "a1", "r1", NOW.plusSeconds(20)));
            tx.save(approval(key, "a2", "r1", null));
            return null;
        });
        assertThat(ledger.due(NOW.plusSeconds(9), 10)).isEmpty();
        assertThat(ledger.due(NOW.plusSeconds(10), 10)).containsExactly(new Due.CancelOverdue(cancelled.key()));
        assertThat(ledger.due(NOW.plusSeconds(30), 10)).containsExactlyInAnyOrder(new Due.CancelOverdue(cancelled.key()),
                new Due.ApprovalExpired(key, new ApprovalId("a1")), new Due.LeaseLapsed(running.key()));
        assertThat(ledger.due(NOW.plusSeconds(30), 2)).hasSize(2);
        save(cancelled.ended(RunStatus.CANCELLED, NOW, null));
        assertThat(ledger.due(NOW.plusSeconds(10), 10)).isEmpty();
    }

    @Test
    void everyLeaseIsListed() {
        SessionKey key = created("s");
        Run leased = queued(key, "r1", 1).begun(new Lease("me", NOW.plus(Duration.ofDays(1))), NOW);
        save(leased);
        save(queued(key, "r2", 2));
        assertThat(ledger.leased()).containsExactly(leased.key());
        save(leased.with((Lease) null));
        assertThat(ledger.leased()).isEmpty();
    }

    @Test
    void aViewShowsOpenRunsTheNewestEndedOnesAndWhatWaits() {
        SessionKey key = created("s");
        for (int i = 1; i <= SessionView.ENDED_RUNS + 3; i++) {
            save(queued(key, "e" + i, i).begun(new Lease("me", NOW), NOW).ended(RunStatus.COMPLETED, NOW, null));
        }
        Run open = queued(key, "open", 14).begun(new Lease("me", NOW), NOW).with(RunStatus.WAITING);
        save(open);
        Approval asked = approval(key, "a1", "open", null);
        commit(key, tx -> {
            tx.save(asked);
            return tx.append(event("x"), NOW);
        });
        SessionView view = ledger.view(key).orElseThrow();
        assertThat(view.session()).isEqualTo(session(key, ANN, NOW));
        assertThat(view.position().last()).isEqualTo(1);
        assertThat(view.runs()).hasSize(SessionView.ENDED_RUNS + 1).last().isEqualTo(open);
        assertThat(view.runs().getFirst().id()).isEqualTo(new RunId("e4"));
        assertThat(view.waiting()).containsExactly(asked);
    }

    @Test
    void sessionsArePagedNewestFirst() {
        for (int i = 0; i < 5; i++) {
            SessionKey key = key("s" + i);
            UserId owner = i == 2 ? new UserId("bob") : ANN;
            Session session = session(key, owner, NOW.plusSeconds(i));
            commit(key, tx -> {
                tx.create(session);
                return null;
            });
        }
        created(key("other", "s9"));
        TenantId acme = new TenantId("acme");
        Ledger.SessionPage first = ledger.sessions(acme, ANN, null, 3);
        assertThat(first.sessions()).extracting(s -> s.key().session().value()).containsExactly("s4", "s3", "s1");
        Ledger.SessionPage second = ledger.sessions(acme, ANN, first.next(), 3);
        assertThat(second.sessions()).extracting(s -> s.key().session().value()).containsExactly("s0");
        assertThat(second.next()).isNull();
        assertThat(ledger.sessions(acme, null, null, 200).sessions()).hasSize(5);
        assertThatThrownBy(() -> ledger.sessions(acme, null, "rubbish", 10)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ledger.sessions(acme, null, null, 0)).isInstanceOf(IllegalArgumentException.class);
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
            held = other.orTimeout(30, TimeUnit.SECONDS);
            held.join();
        }
    }

    private static void awaited(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
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
    void theOrdinalOfARunNeverChangesAndIsNobodyElses() {
        SessionKey key = created("s");
        Run first = queued(key, "r1", 1);
        Run ended = queued(key, "r2", 2).ended(RunStatus.CANCELLED, NOW, null);
        save(first);
        save(ended);
        assertThatThrownBy(() -> save(queued(key, "r3", 1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> save(queued(key, "r3", 2))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> save(queued(key, "r1", 2))).isInstanceOf(IllegalArgumentException.class);
        assertThat(ledger.run(key.tenant(), first.id())).contains(first);
        assertThat(ledger.run(key.tenant(), ended.id())).contains(ended);
        save(ended);
        assertThat(nextOrdinal(key)).isEqualTo(3);
    }

    @Test
    void anAnswerTakesThePlaceOfAnEarlierOne() {
        SessionKey key = created("s");
        for (byte i = 1; i <= 2; i++) {
            byte[] answer = {i};
            commit(key, tx -> {
                tx.answer(ANN, "c1", answer, NOW.plusSeconds(10));
                return null;
            });
        }
        assertThat(answered(key, ANN, "c1")).hasValue(new byte[] {2});
        assertThat(await(ledger.forgetAnswers(NOW.plusSeconds(9)))).isZero();
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
