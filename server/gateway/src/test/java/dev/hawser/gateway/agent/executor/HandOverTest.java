package dev.hawser.gateway.agent.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.core.model.Reply;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunStatus;
import dev.hawser.core.port.AgentConnector.Outcome;
import dev.hawser.gateway.edge.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Who has a run: leases, other nodes, drains, and what an earlier life has left. */
class HandOverTest extends ExecutorKit {

    @Test
    void aSilentAgentKeepsItsLease() throws Exception {
        CountDownLatch under = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        started((_, _) -> {
            under.countDown();
            release.await();
            return new Outcome.Completed();
        });
        Reply.RunAccepted accepted = send(null, OTHER, "hi");
        under.await();
        for (int i = 0; i < 10; i++) {
            time.advance(Duration.ofSeconds(11));
            Eventually.holds(() -> run(accepted.run()).lease().until().equals(time.instant().plus(LEASE)));
        }
        release.countDown();
        assertThat(await(accepted.run(), RunStatus.COMPLETED).attempt()).isEqualTo(1);
    }

    @Test
    void anotherAttemptTakesTheRunAway() throws Exception {
        CountDownLatch under = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        List<Integer> attempts = new CopyOnWriteArrayList<>();
        started((request, _) -> {
            attempts.add(request.run().attempt());
            if (request.run().attempt() == 1) {
                try {
                    return forever(under);
                } finally {
                    interrupted.countDown();
                }
            }
            return new Outcome.Completed();
        });
        Reply.RunAccepted accepted = send(null, OTHER, "hi");
        under.await();
        // As a node does that believes this one dead.
        assertThat(runs.recover()).isEqualTo(1);
        interrupted.await();
        await(accepted.run(), RunStatus.COMPLETED);
        assertThat(attempts).containsExactly(1, 2);
        assertThat(events(accepted)).containsExactly("message.user", "run.started", "run.restarted", "run.completed");
    }

    @Test
    void aDrainLetsRunsFinish() throws Exception {
        CountDownLatch under = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        RunExecutor executor = started((_, _) -> {
            under.countDown();
            release.await();
            return new Outcome.Completed();
        });
        Reply.RunAccepted accepted = send(null, OTHER, "hi");
        under.await();
        Thread.ofVirtual().start(release::countDown);
        assertThat(executor.drain(Duration.ofMinutes(5))).isZero();
        assertThat(run(accepted.run()).status()).isEqualTo(RunStatus.COMPLETED);
        Reply.RunAccepted late = send(null, DEMO, "hi");
        assertThat(run(late.run()).status()).isEqualTo(RunStatus.QUEUED);
        executors.clear();
    }

    @Test
    void aDrainHandsOverWhatDoesNotFinish() throws Exception {
        CountDownLatch under = new CountDownLatch(1);
        RunExecutor first = started((_, _) -> forever(under));
        Reply.RunAccepted accepted = send(null, OTHER, "hi");
        under.await();
        assertThat(first.drain(Duration.ofMillis(10))).isEqualTo(1);
        Run handed = run(accepted.run());
        assertThat(handed.status()).isEqualTo(RunStatus.QUEUED);
        assertThat(handed.lost()).isZero();
        executors.clear();

        started(never());
        assertThat(await(accepted.run(), RunStatus.COMPLETED).attempt()).isEqualTo(2);
        assertThat(ended("other", "handed_over")).isEqualTo(1);
    }

    @Test
    void recoversWhatAnEarlierLifeLeft() {
        Reply.RunAccepted accepted = send(null, DEMO, "hi");
        // An earlier life claimed and began it, and another it only claimed.
        Reply.RunAccepted claimed = send(null, DEMO, "ho");
        store.claim(Set.of(DEMO), 10, time.instant(), time.instant().plusSeconds(3600)).join();
        runs.attempts().begin(run(accepted.run()).key(), "earlier").join();

        RunExecutor executor = executor(never());
        assertThat(executor.recover()).isEqualTo(1);
        executor.start();
        assertThat(await(accepted.run(), RunStatus.COMPLETED).attempt()).isEqualTo(2);
        await(claimed.run(), RunStatus.COMPLETED);
        assertThat(run(accepted.run()).lost()).isEqualTo(1);
    }
}
