package dev.hawser.core.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.core.kit.World;
import dev.hawser.core.model.ApprovalId;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.Decision;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.EventType;
import dev.hawser.core.model.Reply;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.RunStatus;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.port.Ledger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CancelTest {
    private static final EventBody DONE = new EventBody.RunCompleted(null, null, null);

    private final World world = new World();
    private final SessionKey session = world.session("c1");
    private final List<String> told = new ArrayList<>();

    CancelTest() {
        world.runs.listen(new RunSignals() {
            @Override
            public void cancelRequested(RunKey run) {
                told.add("cancel " + run.run());
            }

            @Override
            public void ended(RunKey run) {
                told.add("ended " + run.run());
            }
        });
    }

    private Reply cancel(RunKey run) {
        return world.handle(World.ANN, null, new Command.CancelRun(run.run()));
    }

    private static Reply cancelling(RunKey run, RunStatus status) {
        return new Reply.RunCancelling(run.session().session(), run.run(), status,
                status.terminal() && status != RunStatus.CANCELLED);
    }

    @Test
    void aQueuedRunEndsAtOnceAndNeverStarts() {
        RunKey run = world.send(session);
        assertThat(cancel(run)).isEqualTo(cancelling(run, RunStatus.CANCELLED));
        assertThat(world.types(run)).containsExactly(EventType.MESSAGE_USER, EventType.RUN_CANCELLED);
        assertThat(world.claim()).isEmpty();
        assertThat(world.tryBegin(run)).isEmpty();
    }

    @Test
    void aQueuedRunInTheMiddleOfTheLineEndsWithoutDisturbingIt() {
        RunKey first = world.send(session);
        RunKey second = world.send(session);
        RunKey third = world.send(session);
        int attempt = world.begin(first);
        cancel(second);
        assertThat(world.claim()).isEmpty();
        world.emit(first, attempt, DONE);
        assertThat(world.claim()).containsExactly(third);
    }

    @Test
    void aScheduledRunCanBeCancelledToo() {
        RunKey run = world.send(World.scheduled(session, World.START.plusSeconds(60)));
        cancel(run);
        world.clock.advance(Duration.ofMinutes(2));
        assertThat(world.claim()).isEmpty();
        assertThat(world.status(run)).isEqualTo(RunStatus.CANCELLED);
    }

    @Test
    void aRunningOneIsToldAndEndsOnceItHasStopped() {
        RunKey run = world.send(session);
        int attempt = world.begin(run);
        assertThat(cancel(run)).isEqualTo(cancelling(run, RunStatus.RUNNING));
        assertThat(told).containsExactly("cancel " + run.run());
        assertThat(world.status(run)).isEqualTo(RunStatus.RUNNING);
        assertThat(world.run(run).cancelBy()).isEqualTo(World.START.plusSeconds(10));
        assertThat(world.attempts.stopped(run, attempt).join()).isTrue();
        assertThat(world.status(run)).isEqualTo(RunStatus.CANCELLED);
        assertThat(world.types(run)).endsWith(EventType.RUN_STARTED, EventType.RUN_CANCELLED);
    }

    @Test
    void anAgentThatDoesNotStopInTimeIsNotWaitedFor() {
        RunKey run = world.send(session);
        int attempt = world.begin(run);
        cancel(run);
        assertThat(world.runs.cancelOverdue(run).join()).isFalse();
        world.clock.advance(Duration.ofSeconds(10));
        assertThat(world.store.due(world.clock.instant(), 10)).contains(new Ledger.Due.CancelOverdue(run));
        assertThat(world.runs.cancelOverdue(run).join()).isTrue();
        assertThat(told).contains("ended " + run.run());
        assertThat(world.emit(run, attempt, DONE)).isEqualTo(new Appended.Over(0));
        assertThat(world.types(run)).endsWith(EventType.RUN_CANCELLED);
    }

    @Test
    void aCancelThatIsRepeatedKeepsItsDeadline() {
        RunKey run = world.send(session);
        world.begin(run);
        cancel(run);
        world.clock.advance(Duration.ofSeconds(9));
        assertThat(cancel(run)).isEqualTo(cancelling(run, RunStatus.RUNNING));
        assertThat(world.run(run).cancelBy()).isEqualTo(World.START.plusSeconds(10));
    }

    @Test
    void anAgentThatFinishesFirstHasFinished() {
        RunKey run = world.send(session);
        int attempt = world.begin(run);
        cancel(run);
        assertThat(world.emit(run, attempt, DONE)).isInstanceOf(Appended.Stored.class);
        assertThat(world.status(run)).isEqualTo(RunStatus.COMPLETED);
        assertThat(world.attempts.stopped(run, attempt).join()).isFalse();
        told.clear();
        assertThat(cancel(run)).isEqualTo(cancelling(run, RunStatus.COMPLETED));
        assertThat(told).as("nobody works on it").isEmpty();
        assertThat(world.types(run)).endsWith(EventType.RUN_COMPLETED);
    }

    @Test
    void anAgentMayCancelItself() {
        RunKey run = world.send(session);
        world.emit(run, world.begin(run), new EventBody.RunCancelled("enough"));
        assertThat(world.status(run)).isEqualTo(RunStatus.CANCELLED);
        assertThat(world.events(session).getLast().body()).isEqualTo(new EventBody.RunCancelled("enough"));
    }

    @Test
    void aWaitingRunThatNobodyHoldsEndsAtOnceAndItsQuestionIsClosed() {
        RunKey run = world.send(session);
        int attempt = world.begin(run);
        world.emit(run, attempt, World.ask("p1", null));
        world.attempts.pause(run, attempt).join();
        assertThat(cancel(run)).isEqualTo(cancelling(run, RunStatus.CANCELLED));
        assertThat(world.types(run)).endsWith(EventType.RUN_WAITING, EventType.APPROVAL_DECIDED, EventType.RUN_CANCELLED);
        assertThat(world.decide(World.ANN, null, new ApprovalId("p1"), Decision.Kind.APPROVE))
                .isEqualTo(new Reply.ApprovalRecorded(session.session(), run.run(), new ApprovalId("p1"),
                        Decision.Kind.EXPIRE, false));
        assertThat(world.claim()).isEmpty();
    }

    @Test
    void aWaitingRunThatIsHeldEndsOnceItsAgentHasStopped() {
        RunKey run = world.send(session);
        int attempt = world.begin(run);
        world.emit(run, attempt, World.ask("p1", null));
        assertThat(cancel(run)).isEqualTo(cancelling(run, RunStatus.WAITING));
        world.attempts.stopped(run, attempt).join();
        assertThat(world.status(run)).isEqualTo(RunStatus.CANCELLED);
    }

    @Test
    void anAgentThatPausesInsteadOfStoppingHasStopped() {
        RunKey run = world.send(session);
        int attempt = world.begin(run);
        world.emit(run, attempt, World.ask("p1", null));
        cancel(run);
        assertThat(world.attempts.pause(run, attempt).join()).isTrue();
        assertThat(world.status(run)).isEqualTo(RunStatus.CANCELLED);
    }

    @Test
    void aCancelledRunThatIsLostIsNotRunAgain() {
        RunKey run = world.send(session);
        world.begin(run);
        cancel(run);
        assertThat(world.runs.recover()).isEqualTo(1);
        assertThat(world.status(run)).isEqualTo(RunStatus.CANCELLED);
        assertThat(world.claim()).isEmpty();
    }

    @Test
    void whatIsForeignCannotBeCancelledAndIsNotDisturbed() {
        RunKey run = world.send(session);
        world.begin(run);
        assertThat(world.refusal(World.BOB, new Command.CancelRun(run.run()))).isEqualTo(Code.NOT_FOUND);
        assertThat(world.refusal(World.EVE, new Command.CancelRun(run.run()))).isEqualTo(Code.NOT_FOUND);
        assertThat(world.refusal(World.ANN, new Command.CancelRun(new RunId("nope")))).isEqualTo(Code.NOT_FOUND);
        assertThat(told).isEmpty();
        assertThat(world.run(run).cancelBy()).isNull();
    }

    @Test
    void aRepeatedCommandGetsTheSameAnswer() {
        RunKey run = world.send(session);
        int attempt = world.begin(run);
        Reply first = world.handle(World.ANN, "x1", new Command.CancelRun(run.run()));
        world.attempts.stopped(run, attempt).join();
        assertThat(world.handle(World.ANN, "x1", new Command.CancelRun(run.run()))).isEqualTo(first);
        assertThat(world.handle(World.ANN, "x2", new Command.CancelRun(run.run())))
                .isEqualTo(new Reply.RunCancelling(run.session().session(), run.run(), RunStatus.CANCELLED, true));
    }
}
