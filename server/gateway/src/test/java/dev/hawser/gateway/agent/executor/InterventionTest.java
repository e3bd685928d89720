package dev.hawser.gateway.agent.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.core.model.Caller;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.Decision;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Principal;
import dev.hawser.core.model.Reply;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunStatus;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.UserId;
import dev.hawser.core.port.AgentConnector;
import dev.hawser.core.port.AgentConnector.Outcome;
import dev.hawser.gateway.agent.FakeTime;
import dev.hawser.gateway.edge.Eventually;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What people do to a run that is under way: they decide, and they cancel. */
class InterventionTest extends ExecutorKit {

    @Test
    void waitsForAPersonAndGoesOn() {
        started(never());
        Reply.RunAccepted accepted = send(null, DEMO, "/pay 12.50");
        await(accepted.run(), RunStatus.WAITING);
        Eventually.holds(() -> run(accepted.run()).lease() == null);
        decide(asked(accepted), Decision.Kind.APPROVE);
        Run done = await(accepted.run(), RunStatus.COMPLETED);
        assertThat(done.attempt()).isEqualTo(1);
        assertThat(events(accepted)).containsSubsequence("approval.required", "run.waiting", "approval.decided",
                "tool.call", "tool.result", "text.delta", "text.done", "run.completed").doesNotContain("run.restarted");
        Eventually.holds(() -> ended("demo", "paused") == 1);
    }

    @Test
    void aDecisionThatComesBeforeTheAgentPausesIsNotLost() {
        CountDownLatch decided = new CountDownLatch(1);
        started((request, sink) -> {
            if (request.resume() != null) {
                return new Outcome.Completed();
            }
            try {
                sink.emit(new EventBody.ApprovalRequired(null, "pay", null, null, null, null, null, null));
            } catch (AgentConnector.Stopped e) {
                throw new InterruptedException();
            }
            decided.await();
            return new Outcome.Paused();
        });
        Reply.RunAccepted accepted = send(null, OTHER, "hi");
        await(accepted.run(), RunStatus.WAITING);
        decide(asked(accepted), Decision.Kind.REJECT);
        decided.countDown();
        await(accepted.run(), RunStatus.COMPLETED);
        assertThat(time.instant()).isEqualTo(FakeTime.START);
    }

    @Test
    void anUnansweredQuestionExpires() {
        started((request, sink) -> {
            if (request.resume() != null) {
                return new Outcome.Failed(Fault.of(Code.AGENT_ERROR, request.resume().decision().wire()));
            }
            try {
                sink.emit(new EventBody.ApprovalRequired(
                        "mine", "pay", null, null, null, null, null, FakeTime.START.plusSeconds(60)));
            } catch (AgentConnector.Stopped e) {
                throw new InterruptedException();
            }
            return new Outcome.Paused();
        });
        Reply.RunAccepted accepted = send(null, OTHER, "hi");
        await(accepted.run(), RunStatus.WAITING);
        time.advance(Duration.ofSeconds(61));
        assertThat(await(accepted.run(), RunStatus.FAILED).failure().message()).isEqualTo("expire");
    }

    @Test
    void aCancelInterruptsTheAgentAndThenEndsTheRun() throws Exception {
        CountDownLatch under = new CountDownLatch(1);
        started((_, _) -> forever(under));
        Reply.RunAccepted accepted = send(null, OTHER, "hi");
        under.await();
        cancel(accepted.run());
        await(accepted.run(), RunStatus.CANCELLED);
        assertThat(events(accepted)).containsExactly("message.user", "run.started", "run.cancelled");
        Eventually.holds(() -> ended("other", "cancelled") == 1);
    }

    @Test
    void aCancelledAgentThatDoesNotStopIsGivenUpInTime() throws Exception {
        CountDownLatch under = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        RunExecutor executor = started((_, sink) -> {
            under.countDown();
            while (release.getCount() > 0) {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    // It does not listen.
                }
            }
            try {
                sink.emit(new EventBody.Thinking("late"));
            } catch (AgentConnector.Stopped e) {
                throw new InterruptedException();
            }
            return new Outcome.Completed();
        });
        Reply.RunAccepted accepted = send(null, OTHER, "hi");
        under.await();
        cancel(accepted.run());
        time.advance(Duration.ofSeconds(11));
        await(accepted.run(), RunStatus.CANCELLED);
        release.countDown();
        Eventually.holds(() -> executor.active() == 0);
        assertThat(events(accepted)).containsExactly("message.user", "run.started", "run.cancelled");
    }

    @Test
    void theAgentOfAnAbandonedRunIsInterrupted() throws Exception {
        CountDownLatch under = new CountDownLatch(1);
        RunExecutor executor = started((_, _) -> forever(under));
        Reply.RunAccepted accepted = send(null, OTHER, "hi");
        under.await();
        SessionKey session = new SessionKey(ANN.tenant(), accepted.session());
        assertThat(runs.abandon(session, ANN.user(), "gone").join()).isEqualTo(1);
        Eventually.holds(() -> executor.active() == 0);
        assertThat(events(accepted)).containsExactly("message.user", "run.started", "run.abandoned");
        Reply.RunAccepted next = send(accepted.session(), DEMO, "next");
        await(next.run(), RunStatus.COMPLETED);
    }

    @Test
    void aCancelByAStrangerDoesNothing() throws Exception {
        CountDownLatch under = new CountDownLatch(1);
        started((_, _) -> forever(under));
        Reply.RunAccepted accepted = send(null, OTHER, "hi");
        under.await();
        Principal bob = new Principal(ANN.tenant(), new UserId("bob"), Set.of(), Instant.MAX);
        Reply reply = runs.cancel(new Caller(bob, null, null), new Command.CancelRun(accepted.run())).join();
        assertThat(reply).isInstanceOf(Reply.Refused.class);
        cancel(accepted.run());
        await(accepted.run(), RunStatus.CANCELLED);
        assertThat(events(accepted)).containsExactly("message.user", "run.started", "run.cancelled");
    }
}
