package dev.hawser.gateway.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.core.memory.MemoryStore;
import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.Caller;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.Ids;
import dev.hawser.core.model.Principal;
import dev.hawser.core.model.Reply;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import dev.hawser.core.port.ExternalQueue;
import dev.hawser.core.port.QueueException;
import dev.hawser.core.run.Announcements;
import dev.hawser.core.run.Runs;
import dev.hawser.core.session.Policy;
import dev.hawser.core.session.Sessions;
import dev.hawser.gateway.agent.FakeTime;
import dev.hawser.gateway.edge.Eventually;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private static final AgentName REMOTE = new AgentName("remote");
    private static final Duration REPEAT = Duration.ofMinutes(15);
    private static final AgentName DEMO = new AgentName("demo");
    private static final Principal ANN =
            new Principal(new TenantId("acme"), new UserId("ann"), Set.of(), Instant.MAX);

    private final FakeTime time = new FakeTime();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ExecutorService storeThread = Executors.newSingleThreadExecutor();
    private final MemoryStore store = new MemoryStore(storeThread);
    private final Policy policy = Policy.of(Set.of(DEMO, REMOTE), DEMO);
    private final Ids ids = new Ids(time, new Random(1));
    private final Runs runs = new Runs(store, new Sessions(store, store, policy, time, ids), policy, time, ids);
    private final Switchable queue = new Switchable();
    private final Outbox outbox = new Outbox(Set.of(REMOTE), queue, store, new Announcements(store, policy, REPEAT),
            announcement -> announcement.run().id().value() + " " + announcement.attempt(), time, meters);

    @AfterEach
    void close() {
        outbox.close();
        storeThread.shutdown();
    }

    /** A queue that is away when it is told to be. */
    private static final class Switchable implements ExternalQueue {
        final List<Message> taken = new CopyOnWriteArrayList<>();
        volatile boolean away;

        @Override
        public void publish(Message message) {
            verify();
            taken.add(message);
        }

        @Override
        public void verify() {
            if (away) {
                throw new QueueException("away", null);
            }
        }

        @Override
        public void close() { }
    }

    /** Returns when it knows, and has nothing more under way that could know better. */
    private void startedWhileTheQueueIsAway() {
        queue.away = true;
        outbox.start();
        Eventually.holds(outbox::down);
    }

    private Reply send(AgentName agent) {
        return runs.send(new Caller(ANN, null, null), new Command.SendMessage(null, "hi", agent, null, null)).join();
    }

    private double count(String outcome) {
        return meters.counter("hawser.queue.announcements", "outcome", outcome).count();
    }

    @Test
    void aRunIsToldAtOnceAndOnce() {
        outbox.start();
        Reply.RunAccepted accepted = (Reply.RunAccepted) send(REMOTE);
        Eventually.holds(() -> queue.taken.size() == 1);
        assertThat(queue.taken.getFirst()).isEqualTo(new ExternalQueue.Message(
                accepted.session().value(), accepted.run().value() + ".1", accepted.run().value() + " 1"));
        Eventually.holds(() -> count("published") == 1);
        time.advance(REPEAT.minusMillis(1));
        send(REMOTE);
        Eventually.holds(() -> queue.taken.size() == 2);
        assertThat(queue.taken).doesNotHaveDuplicates();
    }

    @Test
    void aRunThatTheQueueHasLostIsToldAgainUntilSomebodyBeginsIt() {
        outbox.start();
        Reply.RunAccepted accepted = (Reply.RunAccepted) send(REMOTE);
        Eventually.holds(() -> count("published") == 1);
        List<ExternalQueue.Message> first = List.copyOf(queue.taken);
        queue.taken.clear();
        time.advance(REPEAT);
        Eventually.holds(() -> count("published") == 2);
        assertThat(queue.taken).as("the same attempt").isEqualTo(first);
        RunKey run = new RunKey(new SessionKey(ANN.tenant(), accepted.session()), accepted.run());
        assertThat(runs.attempts().begin(run, 1, "consumer").join()).isPresent();
        time.advance(Duration.ofDays(1));
        send(REMOTE);
        Eventually.holds(() -> count("published") == 3);
        assertThat(queue.taken.getLast()).isNotEqualTo(first.getFirst());
    }

    @Test
    void runsOfOtherAgentsStayWhereTheyAre() {
        outbox.start();
        send(DEMO);
        send(REMOTE);
        Eventually.holds(() -> queue.taken.size() == 1);
        assertThat(store.claim(Set.of(DEMO), 10, time.instant(), time.instant().plusSeconds(1)).join()).hasSize(1);
    }

    @Test
    void whatComesWhileTheQueueIsAwayIsToldOnceItIsBack() {
        startedWhileTheQueueIsAway();
        for (int i = 0; i < 100; i++) {
            assertThat(send(REMOTE)).isInstanceOf(Reply.RunAccepted.class);
        }
        Eventually.holds(() -> count("failed") >= 100 && outbox.down());
        assertThat(queue.taken).isEmpty();
        queue.away = false;
        time.advance(Outbox.RETRY);
        Eventually.holds(() -> queue.taken.size() >= 100 && !outbox.down());
        assertThat(queue.taken).hasSize(100).doesNotHaveDuplicates();
    }

    @Test
    void failingFastRefusesOnlyWhatTheQueueWouldHaveToTake() {
        var handler = new FailFast(Set.of(REMOTE), DEMO, outbox::down)
                .around((caller, command) -> runs.send(caller, (Command.SendMessage) command));
        Caller ann = new Caller(ANN, null, null);
        var toRemote = new Command.SendMessage(null, "hi", REMOTE, null, null);
        assertThat(handler.handle(ann, toRemote).join()).isInstanceOf(Reply.RunAccepted.class);
        startedWhileTheQueueIsAway();
        Eventually.holds(() -> count("failed") == 1);
        assertThat(handler.handle(ann, toRemote).join())
                .isInstanceOfSatisfying(Reply.Refused.class, refused ->
                        assertThat(refused.fault().code()).isEqualTo(Code.QUEUE_UNAVAILABLE));
        assertThat(handler.handle(ann, new Command.SendMessage(null, "hi", null, null, null)).join())
                .isInstanceOf(Reply.RunAccepted.class);
        queue.away = false;
        time.advance(Outbox.RETRY);
        Eventually.holds(() -> !outbox.down());
        assertThat(handler.handle(ann, toRemote).join()).isInstanceOf(Reply.RunAccepted.class);
    }

    @Test
    void theWholeOfJsonFitsIntoAscii() {
        assertThat(Ascii.of("{\"a\":\"é\uD83D\uDE00\uFFFF\u007F~\"}"))
                .isEqualTo("{\"a\":\"\\u00e9\\ud83d\\ude00\\uffff\\u007f~\"}");
    }
}
