package dev.hawser.gateway.rounds;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.hawser.gateway.edge.Eventually;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** When rounds begin and end, and what is told of those that fail. */
class RoundsTest {
    private static final Duration NEVER = Duration.ofDays(1);

    private final AtomicInteger done = new AtomicInteger();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        log.start();
        logger().addAppender(log);
    }

    @AfterEach
    void listenNoMore() {
        logger().detachAppender(log);
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(Rounds.class);
    }

    private void reached(int rounds) {
        Eventually.holds(() -> done.get() == rounds);
    }

    @Test
    void eachIntervalHasARound() {
        try (Rounds rounds = new Rounds("work", Duration.ofMillis(1), done::incrementAndGet)) {
            rounds.startLater();
            Eventually.holds(() -> done.get() >= 3);
        }
    }

    @Test
    void theFirstRoundIsAtOnceOrWaitsForTheIntervalOrForSomebody() {
        try (Rounds eager = new Rounds("work", NEVER, done::incrementAndGet)) {
            eager.start();
            reached(1);
        }
        AtomicInteger later = new AtomicInteger();
        try (Rounds patient = new Rounds("work", NEVER, later::incrementAndGet)) {
            patient.startLater();
            assertThat(later).hasValue(0);
            patient.wake();
            Eventually.holds(() -> later.get() == 1);
        }
    }

    @Test
    void whoIsWokenInTheMiddleOfARoundDoesOneMore() throws InterruptedException {
        CountDownLatch let = new CountDownLatch(1);
        Rounds rounds = new Rounds("work", NEVER, () -> {
            done.incrementAndGet();
            await(let);
        });
        rounds.start();
        reached(1);
        rounds.wake();
        rounds.wake();
        let.countDown();
        reached(2);
        rounds.finish();
        assertThat(done).hasValue(2);
    }

    @Test
    void aRowOfFailuresIsToldOnceAndEndsNothing() {
        AtomicBoolean broken = new AtomicBoolean(true);
        try (Rounds rounds = new Rounds("work", NEVER, () -> {
            done.incrementAndGet();
            if (broken.get()) {
                throw new IllegalStateException("the disk is full");
            }
        })) {
            rounds.start();
            reached(1);
            rounds.wake();
            reached(2);
            broken.set(false);
            rounds.wake();
            Eventually.holds(() -> told(Level.INFO) == 1);
            broken.set(true);
            rounds.wake();
            Eventually.holds(() -> told(Level.WARN) == 2);
        }
        assertThat(log.list.getFirst().getFormattedMessage()).isEqualTo("work failed and will go on trying");
        assertThat(log.list.getFirst().getThrowableProxy().getMessage()).isEqualTo("the disk is full");
    }

    private long told(Level level) {
        synchronized (log) {
            return log.list.stream().filter(event -> event.getLevel() == level).count();
        }
    }

    @Test
    void finishingWaitsForTheRoundUnderWay() throws InterruptedException {
        CountDownLatch let = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        Rounds rounds = new Rounds("work", NEVER, () -> {
            begun.countDown();
            await(let);
            done.incrementAndGet();
        });
        rounds.start();
        begun.await();
        Thread.ofVirtual().start(let::countDown);
        rounds.finish();
        assertThat(done).hasValue(1);
    }

    @Test
    void closingInterruptsTheRoundUnderWayAndTellsNobody() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        Rounds rounds = new Rounds("work", NEVER, () -> {
            begun.countDown();
            await(new CountDownLatch(1));
        });
        rounds.start();
        begun.await();
        rounds.close();
        rounds.finish();
        assertThat(told(Level.WARN)).isZero();
    }

    @Test
    void roundsThatNeverBeganCanBeEnded() throws InterruptedException {
        Rounds rounds = new Rounds("work", NEVER, done::incrementAndGet);
        rounds.finish();
        rounds.close();
        assertThat(done).hasValue(0);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
