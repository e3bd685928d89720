package dev.hawser.gateway.agent.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.core.model.Code;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.EventType;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Reply;
import dev.hawser.core.model.RunStatus;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.Snapshot;
import dev.hawser.core.port.AgentConnector;
import dev.hawser.core.port.AgentConnector.Outcome;
import dev.hawser.gateway.agent.FakeTime;
import dev.hawser.gateway.edge.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class RunExecutorTest extends ExecutorKit {

    @Test
    void drivesARunFromBeginToEnd() {
        started(never());
        Reply.RunAccepted accepted = send(null, DEMO, "hi");
        await(accepted.run(), RunStatus.COMPLETED);
        assertThat(events(accepted)).containsExactly(
                "message.user", "run.started", "text.delta", "text.delta", "text.delta", "text.done", "run.completed");
        Eventually.holds(() -> ended("demo", "completed") == 1);
        Eventually.holds(() -> meters.get("hawser.agent.events").tag("agent", "demo").counter().count() == 5);
        assertThat(meters.get("hawser.agent.first.event").tag("agent", "demo").timer().count()).isEqualTo(1);
        assertThat(meters.get("hawser.run.attempts.active").tag("agent", "demo").gauge().value()).isZero();
    }

    @Test
    void runsOfASessionGoOneAfterAnother() {
        started(never());
        Reply.RunAccepted first = send(null, DEMO, "/count 50 1");
        Reply.RunAccepted second = send(first.session(), DEMO, "two");
        Reply.RunAccepted third = send(first.session(), DEMO, "three");
        await(third.run(), RunStatus.COMPLETED);
        assertThat(events(first).stream().filter(type -> type.startsWith("run."))).containsExactly(
                "run.started", "run.completed", "run.started", "run.completed", "run.started", "run.completed");
        assertThat(run(second.run()).status()).isEqualTo(RunStatus.COMPLETED);
    }

    @Test
    void manyEventsKeepTheirOrder() {
        started(never());
        Reply.RunAccepted accepted = send(null, DEMO, "/count 5000");
        await(accepted.run(), RunStatus.COMPLETED);
        Snapshot snapshot = sessions.snapshot(new SessionKey(ANN.tenant(), accepted.session()));
        assertThat(snapshot.lastSequence()).isEqualTo(5004);
        StringBuilder joined = new StringBuilder();
        SessionKey key = new SessionKey(ANN.tenant(), accepted.session());
        for (long after = 0; after < 5004; after += 1000) {
            store.read(key, after, 1000).stream()
                    .filter(event -> event.type() == EventType.TEXT_DELTA)
                    .forEach(event -> joined.append(((EventBody.TextDelta) event.body()).delta()));
        }
        assertThat(snapshot.messages().getLast().text()).isEqualTo(joined.toString()).endsWith(" 4999 5000 ");
    }

    @Test
    void anAgentThatBreaksDownFailsItsRun() {
        started((_, _) -> {
            throw new IllegalStateException("secret internals");
        });
        Reply.RunAccepted accepted = send(null, OTHER, "hi");
        assertThat(await(accepted.run(), RunStatus.FAILED).failure()).isEqualTo(Fault.of(Code.INTERNAL_ERROR));
    }

    @Test
    void anAgentsOwnEndStands() {
        started((_, sink) -> {
            try {
                sink.emit(new EventBody.TextDelta(null, "a"));
                sink.emit(new EventBody.RunCompleted(null, 7L, null));
            } catch (AgentConnector.Stopped e) {
                throw new InterruptedException();
            }
            return new Outcome.Failed(Fault.of(Code.AGENT_ERROR));
        });
        Reply.RunAccepted accepted = send(null, OTHER, "hi");
        await(accepted.run(), RunStatus.COMPLETED);
        assertThat(events(accepted)).containsExactly(
                "message.user", "run.started", "text.delta", "text.done", "run.completed");
    }

    @Test
    void anInvalidEventFailsTheRun() {
        started((_, sink) -> {
            try {
                sink.emit(new EventBody.Thinking("before"));
                sink.emit(new EventBody.ApprovalRequired("bad\nid", "pay", null, null, null, null, null, null));
                new CountDownLatch(1).await();
            } catch (AgentConnector.Stopped e) {
                throw new InterruptedException();
            }
            return new Outcome.Completed();
        });
        Reply.RunAccepted accepted = send(null, OTHER, "hi");
        assertThat(await(accepted.run(), RunStatus.FAILED).failure().code()).isEqualTo(Code.INVALID_AGENT_EVENT);
        assertThat(events(accepted)).containsExactly("message.user", "run.started", "thinking", "run.failed");
    }

    @Test
    void aScheduledRunStartsWhenItIsDue() {
        started(never());
        Reply.RunAccepted later = send(null, DEMO, "later", FakeTime.START.plusSeconds(60));
        Reply.RunAccepted now = send(null, DEMO, "now");
        await(now.run(), RunStatus.COMPLETED);
        assertThat(run(later.run()).status()).isEqualTo(RunStatus.QUEUED);
        time.advance(Duration.ofSeconds(60));
        await(later.run(), RunStatus.COMPLETED);
    }

    @Test
    void theAgentIsToldTheHistory() {
        List<List<String>> told = new CopyOnWriteArrayList<>();
        started((request, _) -> {
            told.add(request.history().stream().map(Snapshot.Message::text).toList());
            return new Outcome.Completed();
        });
        Reply.RunAccepted first = send(null, DEMO, "one");
        Reply.RunAccepted second = send(first.session(), OTHER, "two");
        await(second.run(), RunStatus.COMPLETED);
        assertThat(told).containsExactly(List.of("one", "You said: one"));
    }
}
