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
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import dev.hawser.core.port.Ledger.Due;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What {@link Ledger} and {@link SessionTx} keep and find again, for every adapter. */
public abstract class LedgerContract extends StoreContract {

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
    void viewsOfSeveralSessionsAreThoseOfEachInTheOrderAskedFor() {
        SessionKey busy = created("busy");
        SessionKey done = created("done");
        SessionKey quiet = created("quiet");
        created(key("other", "theirs"));
        save(queued(busy, "r1", 1));
        for (int i = 1; i <= SessionView.ENDED_RUNS + 2; i++) {
            save(queued(done, "e" + i, i).begun(new Lease("me", NOW), NOW).ended(RunStatus.COMPLETED, NOW, null));
        }
        Approval asked = approval(busy, "a1", "r1", null);
        commit(busy, tx -> {
            tx.save(asked);
            return tx.append(event("x"), NOW);
        });
        List<SessionId> ids = Stream.of("quiet", "theirs", "busy", "nobody's", "done").map(SessionId::new).toList();
        List<SessionView> views = ledger.views(busy.tenant(), ids);
        assertThat(views).containsExactly(ledger.view(quiet).orElseThrow(), ledger.view(busy).orElseThrow(),
                ledger.view(done).orElseThrow());
        assertThat(views.get(1).waiting()).containsExactly(asked);
        assertThat(views.get(2).runs()).hasSize(SessionView.ENDED_RUNS);
        assertThat(ledger.views(busy.tenant(), List.of())).isEmpty();
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
}
