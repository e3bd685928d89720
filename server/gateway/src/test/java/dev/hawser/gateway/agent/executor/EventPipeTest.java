package dev.hawser.gateway.agent.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hawser.core.model.Code;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Fault;
import dev.hawser.core.port.AgentConnector.Stopped;
import dev.hawser.core.port.StoreException;
import dev.hawser.core.run.Appended;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EventPipeTest {
    private record Sent(List<EventBody> events, CompletableFuture<Appended> answer) {}

    private final List<Sent> sent = new ArrayList<>();
    private final AtomicInteger stored = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final EventPipe pipe = new EventPipe(this::append, new EventPipe.Listener() {
        @Override
        public void stored(int events) {
            stored.addAndGet(events);
        }

        @Override
        public void refused() {
            refused.incrementAndGet();
        }
    });

    private CompletableFuture<Appended> append(List<EventBody> events) {
        Sent batch = new Sent(events, new CompletableFuture<>());
        sent.add(batch);
        return batch.answer();
    }

    private static EventBody delta(int n) {
        return new EventBody.TextDelta("m", Integer.toString(n));
    }

    private void emit(int from, int to) throws InterruptedException, Stopped {
        for (int i = from; i < to; i++) {
            pipe.emit(delta(i));
        }
    }

    private void answer(int batch, Appended answer) {
        sent.get(batch).answer().complete(answer);
    }

    private List<EventBody> all() {
        return sent.stream().flatMap(batch -> batch.events().stream()).toList();
    }

    @Test
    void aLoneEventGoesAtOnceAndABurstGoesTogether() throws Exception {
        emit(0, 10);
        assertThat(sent).hasSize(4).allSatisfy(batch -> assertThat(batch.events()).hasSize(1));
        answer(0, new Appended.Stored(1, false));
        assertThat(sent).hasSize(5);
        assertThat(sent.get(4).events()).hasSize(6);
        assertThat(all()).extracting(event -> ((EventBody.TextDelta) event).delta())
                .containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
        assertThat(stored).hasValue(1);
    }

    @Test
    void aQuestionTravelsAlone() throws Exception {
        emit(0, 5);
        pipe.emit(new EventBody.ApprovalRequired(null, "pay", null, null, null, null, null, null));
        emit(6, 8);
        for (int i = 0; i < sent.size(); i++) {
            answer(i, new Appended.Stored(i, false));
        }
        assertThat(pipe.flush()).isNull();
        assertThat(sent).extracting(batch -> batch.events().size()).containsExactly(1, 1, 1, 1, 1, 1, 2);
    }

    @Test
    void whoEmitsTooMuchWaits() throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        emit(0, EventPipe.MAX_EVENTS);
        Thread thread = Thread.ofVirtual().start(() -> {
            try {
                pipe.emit(delta(-1));
                done.complete(null);
            } catch (InterruptedException | Stopped e) {
                done.completeExceptionally(e);
            }
        });
        awaitBlocked(thread);
        assertThat(done).isNotDone();
        answer(0, new Appended.Stored(1, false));
        done.get(60, TimeUnit.SECONDS);
    }

    @Test
    void bytesCountToo() throws Exception {
        pipe.emit(new EventBody.Thinking("x".repeat(2 * EventPipe.MAX_BYTES)));
        Thread thread = Thread.ofVirtual().start(() -> {
            try {
                pipe.emit(delta(1));
            } catch (InterruptedException | Stopped e) {
                stored.set(-1);
            }
        });
        awaitBlocked(thread);
        thread.interrupt();
        thread.join();
        assertThat(stored).hasValue(-1);
        assertThat(all()).hasSize(1);
    }

    @Test
    void nothingFollowsATerminalEvent() throws Exception {
        pipe.emit(new EventBody.RunCompleted(null, null, null));
        assertThatThrownBy(() -> pipe.emit(delta(1))).isInstanceOf(Stopped.class);
        answer(0, new Appended.Stored(1, false));
        assertThat(pipe.flush()).isNull();
        assertThat(pipe.terminal()).isInstanceOf(EventBody.RunCompleted.class);
    }

    @Test
    void aLostRunStopsTheAgent() throws Exception {
        emit(0, 10);
        answer(1, new Appended.Stale());
        assertThat(refused).hasValue(1);
        assertThatThrownBy(() -> pipe.emit(delta(1))).isInstanceOf(Stopped.class);
        answer(0, new Appended.Stored(1, false));
        answer(2, new Appended.Stale());
        answer(3, new Appended.Stale());
        assertThat(pipe.flush()).isEqualTo(new EventPipe.Verdict.Gone());
        assertThat(sent).hasSize(4);
    }

    @Test
    void anInvalidEventFailsTheRun() throws Exception {
        Fault fault = Fault.of(Code.INVALID_AGENT_EVENT, "no");
        emit(0, 1);
        answer(0, new Appended.Invalid(fault));
        assertThat(pipe.flush()).isEqualTo(new EventPipe.Verdict.Faulty(fault));
    }

    @Test
    void aBrokenStoreFailsTheRun() throws Exception {
        emit(0, 1);
        sent.getFirst().answer().completeExceptionally(new StoreException("gone", null));
        assertThat(pipe.flush()).isEqualTo(new EventPipe.Verdict.Faulty(Fault.of(Code.STORE_UNAVAILABLE)));
        assertThat(refused).hasValue(1);
    }

    @Test
    void anEventThatNoWireCouldCarryIsRefused() {
        assertThatThrownBy(() -> pipe.emit(new EventBody.Thinking("x".repeat(EventPipe.MAX_EVENT))))
                .isInstanceOf(Stopped.class);
        assertThat(pipe.flush()).isInstanceOfSatisfying(EventPipe.Verdict.Faulty.class,
                faulty -> assertThat(faulty.fault().code()).isEqualTo(Code.INVALID_AGENT_EVENT));
        assertThat(sent).isEmpty();
    }

    @Test
    void aStoreThatAnswersAtOnceIsFine() throws Exception {
        List<EventBody> log = new ArrayList<>();
        EventPipe direct = new EventPipe(events -> {
            log.addAll(events);
            return CompletableFuture.completedFuture(new Appended.Stored(log.size(), false));
        }, new EventPipe.Listener() {
            @Override
            public void stored(int events) {
                stored.addAndGet(events);
            }

            @Override
            public void refused() {
                refused.incrementAndGet();
            }
        });
        for (int i = 0; i < 10_000; i++) {
            direct.emit(delta(i));
        }
        assertThat(direct.flush()).isNull();
        assertThat(log).hasSize(10_000);
        assertThat(stored).hasValue(10_000);
        assertThat(refused).hasValue(0);
    }

    private static void awaitBlocked(Thread thread) {
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
    }
}
