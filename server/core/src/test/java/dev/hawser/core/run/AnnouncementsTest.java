package dev.hawser.core.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.core.kit.World;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.Decision;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.run.Announcements.Announcement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AnnouncementsTest {
    private static final Duration REPEAT = Duration.ofMinutes(15);
    private static final EventBody DONE = new EventBody.RunCompleted(null, null, null);

    private final World world = new World();
    private final SessionKey session = world.session("c1");
    private final Announcements announcements = new Announcements(world.store, world.policy, REPEAT);

    private void told(Announcement told) {
        announcements.told(told, world.clock.instant()).join();
    }

    private Optional<Announcement> of(RunKey run) {
        return announcements.of(run).join();
    }

    private RunKey claimed() {
        RunKey run = world.send(session);
        assertThat(world.claim()).containsExactly(run);
        return run;
    }

    private void wait(Duration time) {
        world.clock.advance(time);
    }

    @Test
    void aQueuedRunIsAnnouncedWithTheAttemptItsConsumerWillMake() {
        RunKey run = claimed();
        assertThat(of(run)).contains(new Announcement(world.run(run), 1));
    }

    @Test
    void whatWasToldAndNobodyBeginsIsToldAgainEverMoreSeldom() {
        RunKey run = claimed();
        for (Duration pause : List.of(REPEAT, REPEAT, REPEAT.multipliedBy(2), REPEAT.multipliedBy(4))) {
            told(of(run).orElseThrow());
            wait(pause.minusMillis(1));
            assertThat(world.claim()).isEmpty();
            wait(Duration.ofMillis(1));
            assertThat(world.claim()).containsExactly(run);
            assertThat(of(run)).contains(new Announcement(world.run(run), 1));
        }
    }

    @Test
    void whatIsBegunOrOverIsNotToldAgain() {
        RunKey run = claimed();
        told(of(run).orElseThrow());
        int attempt = world.begin(run);
        wait(Duration.ofDays(1));
        assertThat(world.claim()).isEmpty();
        world.emit(run, attempt, DONE);
        RunKey other = claimed();
        told(of(other).orElseThrow());
        world.handle(World.ANN, null, new Command.CancelRun(other.run()));
        wait(Duration.ofDays(1));
        assertThat(world.claim()).isEmpty();
    }

    @Test
    void anAttemptThatWasLostOrDecidedIsRepeatedAfterTheUsualTime() {
        RunKey run = claimed();
        world.begin(run);
        wait(Duration.ofHours(5));
        world.runs.lapsed(run).join();
        assertThat(world.claim()).containsExactly(run);
        told(of(run).orElseThrow());
        wait(REPEAT);
        assertThat(world.claim()).containsExactly(run);
        assertThat(of(run)).map(Announcement::attempt).contains(2);
    }

    @Test
    void whatWasClaimedAndNeverToldComesBack() {
        RunKey run = claimed();
        of(run);
        wait(Duration.ofMinutes(1));
        assertThat(world.claim()).containsExactly(run);
    }

    @Test
    void whatCouldNotBeToldComesBackAtItsTime() {
        RunKey run = claimed();
        announcements.again(of(run).orElseThrow(), world.clock.instant().plusSeconds(2)).join();
        wait(Duration.ofSeconds(1));
        assertThat(world.claim()).isEmpty();
        wait(Duration.ofSeconds(1));
        assertThat(world.claim()).containsExactly(run);
    }

    @Test
    void aRunThatWasCancelledMeanwhileIsNotAnnouncedAndStaysAway() {
        RunKey run = claimed();
        world.handle(World.ANN, null, new Command.CancelRun(run.run()));
        assertThat(of(run)).isEmpty();
        assertThat(of(new RunKey(session, new RunId("nope")))).isEmpty();
        wait(Duration.ofMinutes(1));
        assertThat(world.claim()).isEmpty();
    }

    @Test
    void aConsumerThatLostItsAttemptMeanwhileDoesNotKeepTheNextOneFromTheQueue() {
        RunKey run = claimed();
        Announcement first = of(run).orElseThrow();
        world.begin(run);
        wait(Duration.ofSeconds(31));
        world.runs.lapsed(run).join();
        told(first);
        assertThat(world.claim()).containsExactly(run);
        assertThat(of(run)).contains(new Announcement(world.run(run), 2));
    }

    @Test
    void aRunBehindAnotherIsAnnouncedWhenItsTurnComes() {
        RunKey first = claimed();
        told(of(first).orElseThrow());
        RunKey second = world.send(session);
        assertThat(world.claim()).isEmpty();
        int attempt = world.begin(first);
        assertThat(of(second)).isEmpty();
        world.emit(first, attempt, DONE);
        assertThat(world.claim()).containsExactly(second);
        assertThat(of(second)).isPresent();
    }

    @Test
    void aDecisionIsAnnouncedWithTheAttemptThatIsToGoOn() {
        RunKey run = claimed();
        int attempt = world.begin(run);
        world.emit(run, attempt, World.ask("a1", null));
        world.attempts.pause(run, attempt).join();
        assertThat(of(run)).isEmpty();
        world.decide(World.ANN, null, world.asked(run), Decision.Kind.APPROVE);
        assertThat(world.claim()).containsExactly(run);
        assertThat(of(run)).map(Announcement::attempt).contains(attempt);
    }
}
