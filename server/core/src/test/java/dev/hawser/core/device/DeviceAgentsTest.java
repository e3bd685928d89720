package dev.hawser.core.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.core.kit.World;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.EventType;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Ids;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.RunStatus;
import dev.hawser.core.model.SessionKey;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Runs that devices work on: given once, fenced, and never left behind. */
class DeviceAgentsTest {
    private final Desk desk = new Desk();
    private final World world = desk.world;
    private final SessionKey session = world.session("c1");

    private RunKey given(Desk.Connected device) {
        RunKey run = desk.ask(session);
        desk.dispatch();
        assertThat(device.line().runs).last().satisfies(last -> assertThat(last.key()).isEqualTo(run));
        return run;
    }

    private Code failure(RunKey run) {
        assertThat(world.status(run)).isEqualTo(RunStatus.FAILED);
        return world.run(run).failure().code();
    }

    @Test
    void aRunIsGivenToTheDeviceThatIsThere() {
        Desk.Connected laptop = desk.laptop(World.ANN);
        RunKey run = given(laptop);
        assertThat(world.status(run)).isEqualTo(RunStatus.RUNNING);
        desk.say(laptop, new Command.PutOut(run.run(), new EventBody.TextDelta(null, "Hel")));
        desk.say(laptop, new Command.PutOut(run.run(), new EventBody.TextDelta(null, "lo")));
        desk.say(laptop, new Command.CompleteRun(run.run(), Json.object().put("ok", true)));
        String message = "m-" + run.run();
        assertThat(desk.events(run)).containsExactly(new EventBody.RunStarted("laptop", 1),
                new EventBody.TextDelta(message, "Hel"), new EventBody.TextDelta(message, "lo"),
                new EventBody.TextDone(message, "Hello"),
                new EventBody.RunCompleted(Json.object().put("ok", true), 0L, null));
        assertThat(laptop.line().stopped).isEmpty();
    }

    @Test
    void aRunWaitsForADeviceOfItsUserThatTakesIt() {
        RunKey run = desk.ask(session);
        desk.dispatch();
        desk.laptop(World.BOB);
        desk.laptop(World.EVE);
        desk.connect(World.ANN, "phone", Set.of(World.LAWYER), "locate");
        assertThat(world.status(run)).isEqualTo(RunStatus.QUEUED);
        Desk.Connected laptop = desk.laptop(World.ANN);
        assertThat(laptop.line().runs).extracting(given -> given.key()).containsExactly(run);
        desk.dispatch();
        desk.connect(World.ANN, "second", Set.of(World.LAPTOP));
        assertThat(laptop.line().runs).hasSize(1);
        assertThat(world.run(run).attempt()).isEqualTo(1);
    }

    @Test
    void anAbsentUsersRunIsLookedAtOnce() {
        RunKey run = desk.ask(session);
        desk.dispatch();
        world.clock.advance(Duration.ofDays(7));
        assertThat(world.store.claim(Set.of(World.LAPTOP), 10, world.clock.instant(), world.clock.instant()).join()).isEmpty();
        assertThat(desk.laptop(World.ANN).line().runs).extracting(given -> given.key()).containsExactly(run);
    }

    /** Its device may be connected to another node, which the queue asks too, ever more rarely. */
    @Test
    void onASharedStoreAnAbsentUsersRunIsLookedAtEverMoreRarely() {
        Devices shared = new Devices(world.store, world.store.devices(), world.runs, new Devices.Work(
                Set.of(World.LAPTOP), "other", Duration.ofSeconds(30), true), world.clock, new Ids(world.clock, new Random(1)),
                DeviceMeter.NONE);
        RunKey run = desk.ask(session);
        int looks = 0;
        for (int second = 0; second < 24 * 3600; second++) {
            for (RunKey due : world.store.claim(Set.of(World.LAPTOP), 10, world.clock.instant(),
                    world.clock.instant().plusSeconds(10)).join()) {
                assertThat(due).isEqualTo(run);
                shared.place(due);
                looks++;
            }
            world.clock.advance(Duration.ofSeconds(1));
        }
        assertThat(looks).isBetween(10, 25);
        assertThat(world.status(run)).isEqualTo(RunStatus.QUEUED);
    }

    @Test
    void aScheduledRunWaitsForItsTime() {
        Desk.Connected laptop = desk.laptop(World.ANN);
        RunKey run = world.send(new Command.SendMessage(
                session.session(), "later", World.LAPTOP, null, World.START.plusSeconds(60)));
        desk.dispatch();
        Desk.Connected second = desk.connect(World.ANN, "second", Set.of(World.LAPTOP));
        assertThat(laptop.line().runs).isEmpty();
        assertThat(second.line().runs).isEmpty();
        world.clock.advance(Duration.ofSeconds(60));
        desk.dispatch();
        assertThat(second.line().runs).extracting(given -> given.key()).containsExactly(run);
    }

    @Test
    void aScheduledRunThatBecameDueMeanwhileStartsAtTheNextHello() {
        RunKey run = world.send(new Command.SendMessage(
                session.session(), "later", World.LAPTOP, null, World.START.plusSeconds(60)));
        world.clock.advance(Duration.ofSeconds(61));
        desk.dispatch();
        assertThat(desk.laptop(World.ANN).line().runs).extracting(given -> given.key()).containsExactly(run);
    }

    @Test
    void runsOfOneSessionComeOneAfterAnother() {
        RunKey first = desk.ask(session);
        RunKey second = desk.ask(session);
        desk.dispatch();
        Desk.Connected laptop = desk.laptop(World.ANN);
        assertThat(laptop.line().runs).extracting(given -> given.key()).containsExactly(first);
        desk.say(laptop, new Command.CompleteRun(first.run(), null));
        desk.dispatch();
        assertThat(laptop.line().runs).extracting(given -> given.key()).containsExactly(first, second);
    }

    @Test
    void whatADeviceWasNotGivenItCannotTouch() {
        Desk.Connected laptop = desk.laptop(World.ANN);
        Desk.Connected bobs = desk.laptop(World.BOB);
        Desk.Connected second = desk.connect(World.ANN, "second", Set.of());
        RunKey run = given(laptop);
        RunKey demo = world.send(world.session("c2"));
        world.begin(demo);
        for (Desk.Connected other : new Desk.Connected[] {bobs, second}) {
            desk.say(other, new Command.PutOut(run.run(), new EventBody.TextDelta(null, "x")));
            desk.say(other, new Command.CompleteRun(run.run(), null));
            desk.say(other, new Command.FailRun(run.run(), "m"));
            desk.say(other, new Command.PutOutNonsense(run.run(), Fault.of(Code.INVALID_AGENT_EVENT)));
        }
        desk.say(laptop, new Command.CompleteRun(demo.run(), null));
        desk.say(laptop, new Command.CompleteRun(new RunId("none"), null));
        assertThat(world.types(run)).doesNotContain(EventType.TEXT_DELTA);
        assertThat(world.status(run)).isEqualTo(RunStatus.RUNNING);
        assertThat(world.status(demo)).isEqualTo(RunStatus.RUNNING);
    }

    @Test
    void whatIsNoEventFailsItsRunAndNothingElse() {
        Desk.Connected laptop = desk.laptop(World.ANN);
        RunKey run = given(laptop);
        RunKey other = desk.ask(world.session("c2"));
        desk.dispatch();
        desk.say(laptop, new Command.PutOutNonsense(run.run(), Fault.of(Code.INVALID_AGENT_EVENT, "not an event")));
        assertThat(failure(run)).isEqualTo(Code.INVALID_AGENT_EVENT);
        assertThat(laptop.line().stopped).containsExactly(run.run());
        desk.say(laptop, new Command.PutOut(run.run(), new EventBody.TextDelta(null, "late")));
        assertThat(world.types(run)).endsWith(EventType.RUN_FAILED);
        assertThat(world.status(other)).isEqualTo(RunStatus.RUNNING);
    }

    @Test
    void anEventThatDoesNotFitFailsItsRun() {
        Desk.Connected laptop = desk.laptop(World.ANN);
        RunKey run = given(laptop);
        desk.say(laptop, new Command.PutOut(run.run(), new EventBody.ToolCall("t1", "x", null, "a\nb")));
        assertThat(failure(run)).isEqualTo(Code.INVALID_AGENT_EVENT);
    }

    @Test
    void theDeviceSaysThatItsAgentFailed() {
        Desk.Connected laptop = desk.laptop(World.ANN);
        RunKey run = given(laptop);
        desk.say(laptop, new Command.FailRun(run.run(), "out of paper"));
        assertThat(failure(run)).isEqualTo(Code.AGENT_ERROR);
        assertThat(world.run(run).failure().message()).isEqualTo("out of paper");
        assertThat(laptop.line().stopped).isEmpty();
    }

    @Test
    void aTerminalEventEndsTheRun() {
        Desk.Connected laptop = desk.laptop(World.ANN);
        RunKey run = given(laptop);
        desk.say(laptop, new Command.PutOut(run.run(), new EventBody.RunFailed("TIMEOUT", "slow")));
        assertThat(failure(run)).isEqualTo(Code.TIMEOUT);
        desk.say(laptop, new Command.CompleteRun(run.run(), null));
        assertThat(world.types(run)).endsWith(EventType.RUN_FAILED);
    }

    @Test
    void aDeviceThatLeavesHasFailedItsRuns() {
        Desk.Connected laptop = desk.laptop(World.ANN);
        RunKey run = given(laptop);
        desk.leave(laptop);
        assertThat(failure(run)).isEqualTo(Code.DEVICE_DISCONNECTED);
        assertThat(world.run(run).failure().message()).isEqualTo("device disconnected");
        assertThat(desk.laptop(World.ANN).line().runs).isEmpty();
    }

    @Test
    void aNewerWireOfTheDeviceDoesNotTakeItsRunsOver() {
        Desk.Connected before = desk.laptop(World.ANN);
        RunKey run = given(before);
        Desk.Connected after = desk.laptop(World.ANN);
        assertThat(failure(run)).isEqualTo(Code.DEVICE_DISCONNECTED);
        assertThat(after.line().runs).isEmpty();
    }

    @Test
    void aCancelIsToldAndOverOnceTheDeviceHasStopped() {
        Desk.Connected laptop = desk.laptop(World.ANN);
        RunKey run = given(laptop);
        world.handle(World.ANN, null, new Command.CancelRun(run.run()));
        assertThat(laptop.line().stopped).containsExactly(run.run());
        assertThat(world.status(run)).isEqualTo(RunStatus.RUNNING);
        desk.say(laptop, new Command.FailRun(run.run(), "stopped"));
        assertThat(world.status(run)).isEqualTo(RunStatus.CANCELLED);
    }

    @Test
    void aCancelThatTheDeviceIgnoresIsOverAtItsDeadline() {
        Desk.Connected laptop = desk.laptop(World.ANN);
        RunKey run = given(laptop);
        world.handle(World.ANN, null, new Command.CancelRun(run.run()));
        world.clock.advance(Duration.ofSeconds(10));
        world.runs.cancelOverdue(run).join();
        assertThat(world.status(run)).isEqualTo(RunStatus.CANCELLED);
        desk.say(laptop, new Command.CompleteRun(run.run(), null));
        assertThat(world.types(run)).endsWith(EventType.RUN_CANCELLED);
    }

    @Test
    void aDeviceThatLeavesDuringACancelHasStopped() {
        Desk.Connected laptop = desk.laptop(World.ANN);
        RunKey run = given(laptop);
        world.handle(World.ANN, null, new Command.CancelRun(run.run()));
        desk.leave(laptop);
        assertThat(world.status(run)).isEqualTo(RunStatus.CANCELLED);
    }

    @Test
    void aQueuedRunIsCancelledAtOnceAndGivenToNobody() {
        RunKey run = desk.ask(session);
        desk.dispatch();
        world.handle(World.ANN, null, new Command.CancelRun(run.run()));
        assertThat(world.status(run)).isEqualTo(RunStatus.CANCELLED);
        assertThat(desk.laptop(World.ANN).line().runs).isEmpty();
    }

    @Test
    void theLeaseOfASilentRunIsRenewedWhileTheDeviceIsThere() {
        Desk.Connected laptop = desk.laptop(World.ANN);
        RunKey run = given(laptop);
        for (int i = 0; i < 10; i++) {
            world.clock.advance(Duration.ofSeconds(11));
            world.devices.sweep(world.clock.instant());
            assertThat(world.runs.lapsed(run).join()).isFalse();
        }
        assertThat(world.status(run)).isEqualTo(RunStatus.RUNNING);
        assertThat(world.run(run).attempt()).isEqualTo(1);
    }

    @Test
    void runsOfANodeThatDiedHaveFailedRatherThanBeGivenTwice() {
        RunKey run = given(desk.laptop(World.ANN));
        world.runs.recover();
        assertThat(failure(run)).isEqualTo(Code.DEVICE_DISCONNECTED);
        RunKey waiting = desk.ask(session);
        world.runs.recover();
        assertThat(world.status(waiting)).isEqualTo(RunStatus.QUEUED);
    }
}
