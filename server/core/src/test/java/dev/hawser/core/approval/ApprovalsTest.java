package dev.hawser.core.approval;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.core.kit.World;
import dev.hawser.core.model.ApprovalId;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.Decision;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.EventType;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.Reply;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.RunStatus;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.Visibility;
import dev.hawser.core.port.Ledger;
import dev.hawser.core.run.Appended;
import dev.hawser.core.run.Begun;
import dev.hawser.core.session.Policy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ApprovalsTest {
    private static final EventBody DONE = new EventBody.RunCompleted(null, null, null);

    private final World world = new World();
    private final SessionKey session = world.session("c1");
    private final RunKey run = world.send(session);
    private final int attempt = world.begin(run);

    private ApprovalId ask(String id) {
        assertThat(world.emit(run, attempt, World.ask(id, null))).isInstanceOf(Appended.Stored.class);
        return world.asked(run);
    }

    private Reply recorded(ApprovalId approval, Decision.Kind kind, boolean won) {
        return new Reply.ApprovalRecorded(session.session(), run.run(), approval, kind, won);
    }

    @Test
    void aQuestionMakesItsRunWait() {
        ApprovalId approval = ask(null);
        assertThat(world.status(run)).isEqualTo(RunStatus.WAITING);
        assertThat(world.types(run)).endsWith(EventType.APPROVAL_REQUIRED, EventType.RUN_WAITING);
        assertThat(world.events(session).getLast().body()).isEqualTo(EventBody.RunWaiting.APPROVAL);
        assertThat(((EventBody.ApprovalRequired) world.events(session).get(2).body()).approvalId())
                .isEqualTo(approval.value());
    }

    @Test
    void theFirstDecisionIsRecordedAndLaterOnesAreToldIt() {
        ApprovalId approval = ask("p1");
        assertThat(world.decide(World.ANN, "d1", approval, Decision.Kind.REJECT))
                .isEqualTo(recorded(approval, Decision.Kind.REJECT, true));
        assertThat(world.decide(World.ANN, "d2", approval, Decision.Kind.APPROVE))
                .isEqualTo(recorded(approval, Decision.Kind.REJECT, false));
        assertThat(world.decide(World.ANN, "d3", approval, Decision.Kind.REJECT))
                .isEqualTo(recorded(approval, Decision.Kind.REJECT, false));
        assertThat(world.types(run).stream().filter(type -> type == EventType.APPROVAL_DECIDED)).hasSize(1);
        assertThat(world.status(run)).isEqualTo(RunStatus.RUNNING);
    }

    @Test
    void aRepeatedDecisionGetsTheSameAnswer() {
        ApprovalId approval = ask("p1");
        Reply first = world.decide(World.ANN, "d1", approval, Decision.Kind.APPROVE);
        assertThat(world.decide(World.ANN, "d1", approval, Decision.Kind.APPROVE)).isEqualTo(first);
    }

    @Test
    void theLogSaysWhoDecidedAndHow() {
        ApprovalId approval = ask("p1");
        world.handle(World.ANN, null, new Command.Decide(
                approval, Decision.Kind.EDIT, Json.object().put("amount", 100), "too much"));
        assertThat(world.events(session).getLast().body()).isEqualTo(new EventBody.ApprovalDecided(
                "p1", "edit", "ann", Json.object().put("amount", 100), "too much"));
        Decision decision = world.store.approval(World.ANN.tenant(), approval).orElseThrow().decision();
        assertThat(decision.decidedBy()).isEqualTo(World.ANN.user());
        assertThat(decision.at()).isEqualTo(World.START);
    }

    @Test
    void whatIsForeignCannotBeDecided() {
        ApprovalId approval = ask("p1");
        for (var principal : List.of(World.BOB, World.EVE)) {
            assertThat(world.refusal(principal, new Command.Decide(approval, Decision.Kind.APPROVE, null, null)))
                    .isEqualTo(Code.NOT_FOUND);
        }
        assertThat(world.refusal(World.ANN,
                new Command.Decide(new ApprovalId("nope"), Decision.Kind.APPROVE, null, null))).isEqualTo(Code.NOT_FOUND);
        assertThat(world.status(run)).isEqualTo(RunStatus.WAITING);
        World shared = new World(Visibility.TENANT, Policy.Concurrency.QUEUE);
        RunKey other = shared.send(shared.session("c1"));
        shared.emit(other, shared.begin(other), World.ask("p1", null));
        assertThat(shared.decide(World.BOB, null, new ApprovalId("p1"), Decision.Kind.APPROVE))
                .isEqualTo(recorded(new ApprovalId("p1"), Decision.Kind.APPROVE, true));
    }

    @Test
    void aPausedRunComesBackThroughTheQueueWithTheDecision() {
        ApprovalId approval = ask("p1");
        assertThat(world.attempts.pause(run, attempt).join()).isTrue();
        assertThat(world.claim()).isEmpty();
        assertThat(world.tryBegin(run)).as("it waits").isEmpty();
        world.decide(World.ANN, null, approval, Decision.Kind.APPROVE);
        assertThat(world.claim()).containsExactly(run);
        Begun begun = world.tryBegin(run).orElseThrow();
        assertThat(begun.run().attempt()).as("the same attempt goes on").isEqualTo(attempt);
        assertThat(begun.resume().decision().kind()).isEqualTo(Decision.Kind.APPROVE);
        assertThat(world.types(run)).doesNotContain(EventType.RUN_RESTARTED);
        assertThat(world.emit(run, attempt, DONE)).isInstanceOf(Appended.Stored.class);
    }

    @Test
    void aDecisionThatComesBeforeThePauseBringsTheRunBackAllTheSame() {
        ApprovalId approval = ask("p1");
        world.decide(World.ANN, null, approval, Decision.Kind.APPROVE);
        assertThat(world.claim()).as("somebody holds it").isEmpty();
        world.attempts.pause(run, attempt).join();
        assertThat(world.claim()).containsExactly(run);
        assertThat(world.tryBegin(run).orElseThrow().resume().id()).isEqualTo(approval);
    }

    @Test
    void aRunWithTwoQuestionsWaitsForBoth() {
        ApprovalId first = ask("p1");
        world.emit(run, attempt, World.ask("p2", null));
        world.attempts.pause(run, attempt).join();
        world.decide(World.ANN, null, first, Decision.Kind.APPROVE);
        assertThat(world.status(run)).isEqualTo(RunStatus.WAITING);
        assertThat(world.claim()).isEmpty();
        world.decide(World.ANN, null, new ApprovalId("p2"), Decision.Kind.REJECT);
        assertThat(world.claim()).containsExactly(run);
    }

    @Test
    void aQuestionSurvivesARestartAsItIs() {
        ApprovalId approval = ask("p1");
        world.runs.recover();
        assertThat(world.status(run)).isEqualTo(RunStatus.WAITING);
        world.decide(World.ANN, null, approval, Decision.Kind.APPROVE);
        assertThat(world.tryBegin(run).orElseThrow().resume().id()).isEqualTo(approval);
    }

    @Test
    void nobodysDecisionIsExpiry() {
        world.emit(run, attempt, World.ask("p1", World.START.plusSeconds(60)), World.ask("p2", null));
        ApprovalId approval = new ApprovalId("p1");
        assertThat(world.approvals.expire(session, approval).join()).isFalse();
        world.clock.advance(Duration.ofSeconds(60));
        assertThat(world.store.due(world.clock.instant(), 10))
                .contains(new Ledger.Due.ApprovalExpired(session, approval));
        assertThat(world.approvals.expire(session, approval).join()).isTrue();
        assertThat(world.approvals.expire(session, approval).join()).as("twice does no harm").isFalse();
        assertThat(world.approvals.expire(session, new ApprovalId("p2")).join()).isFalse();
        assertThat(world.approvals.expire(session, new ApprovalId("nope")).join()).isFalse();
        assertThat(world.events(session).getLast().body())
                .isEqualTo(new EventBody.ApprovalDecided("p1", "expire", null, null, null));
        assertThat(world.decide(World.ANN, null, approval, Decision.Kind.APPROVE))
                .isEqualTo(recorded(approval, Decision.Kind.EXPIRE, false));
    }

    @Test
    void aDecisionThatComesTooLateFindsItExpiredEvenIfNobodyNoticedYet() {
        world.emit(run, attempt, World.ask("p1", World.START.plusSeconds(60)));
        world.clock.advance(Duration.ofSeconds(60));
        ApprovalId approval = new ApprovalId("p1");
        assertThat(world.decide(World.ANN, null, approval, Decision.Kind.APPROVE))
                .isEqualTo(recorded(approval, Decision.Kind.EXPIRE, false));
        assertThat(world.status(run)).isEqualTo(RunStatus.RUNNING);
    }

    @Test
    void theEndOfARunClosesWhatItStillAsks() {
        ApprovalId approval = ask("p1");
        world.emit(run, attempt, DONE);
        assertThat(world.types(run)).endsWith(EventType.APPROVAL_DECIDED, EventType.RUN_COMPLETED);
        assertThat(world.decide(World.ANN, null, approval, Decision.Kind.APPROVE))
                .isEqualTo(recorded(approval, Decision.Kind.EXPIRE, false));
    }

    @Test
    void anIdUsedTwiceInOneRunIsRefused() {
        ask("p1");
        world.decide(World.ANN, null, new ApprovalId("p1"), Decision.Kind.APPROVE);
        Appended refused = world.emit(run, attempt, World.ask("p1", null));
        assertThat(((Appended.Invalid) refused).fault().code()).isEqualTo(Code.INVALID_AGENT_EVENT);
        assertThat(world.store.approval(World.ANN.tenant(), new ApprovalId("p1")).orElseThrow().decision()).isNotNull();
        Appended bad = world.emit(run, attempt, World.ask("p\n1", null));
        assertThat(bad).isInstanceOf(Appended.Invalid.class);
    }

    @Test
    void anIdThatAnotherRunHasTakenIsMadeUnique() {
        ask("p1");
        SessionKey second = world.session("c2");
        RunKey other = world.send(second);
        int others = world.begin(other);
        world.emit(other, others, World.ask("p1", null));
        ApprovalId renamed = world.asked(other);
        assertThat(renamed.value()).isEqualTo(other.run() + ".p1");
        world.decide(World.ANN, null, renamed, Decision.Kind.REJECT);
        assertThat(world.status(run)).as("the other run's is open").isEqualTo(RunStatus.WAITING);
        assertThat(world.status(other)).isEqualTo(RunStatus.RUNNING);
        assertThat(world.emit(other, others, World.ask("p1", null))).isInstanceOf(Appended.Invalid.class);
        assertThat(world.store.approval(World.ANN.tenant(), renamed).orElseThrow().decision().kind())
                .isEqualTo(Decision.Kind.REJECT);
    }

    @Test
    void aLongIdThatAnotherRunHasTakenIsMadeUniqueToo() {
        String longest = "p".repeat(128);
        ask(longest);
        RunKey other = world.send(world.session("c2"));
        int others = world.begin(other);
        assertThat(world.emit(other, others, World.ask(longest, null))).isInstanceOf(Appended.Stored.class);
        assertThat(world.asked(other).value()).hasSizeLessThanOrEqualTo(128).isNotEqualTo(longest);
        assertThat(world.emit(other, others, World.ask(longest, null))).isInstanceOf(Appended.Invalid.class);
    }

    @Test
    void theSameIdInAnotherTenantIsNotTheSame() {
        ask("p1");
        Reply.RunAccepted accepted = (Reply.RunAccepted) world.handle(World.EVE, null, World.message(null, "x"));
        RunKey evil = new RunKey(new SessionKey(World.EVE.tenant(), accepted.session()), accepted.run());
        world.emit(evil, world.begin(evil), World.ask("p1", null));
        assertThat(world.asked(evil)).isEqualTo(new ApprovalId("p1"));
        world.decide(World.EVE, null, new ApprovalId("p1"), Decision.Kind.APPROVE);
        assertThat(world.status(evil)).isEqualTo(RunStatus.RUNNING);
        assertThat(world.status(run)).isEqualTo(RunStatus.WAITING);
    }
}
