package dev.hawser.core.device;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.kit.World;
import dev.hawser.core.model.CallerTools;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.Decision;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.EventType;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.RunStatus;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.ToolCallId;
import dev.hawser.core.model.ToolOutcome;
import dev.hawser.core.port.Ledger.Due;
import dev.hawser.core.run.Appended;
import dev.hawser.core.run.ToolCalls;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Tools that runs call on devices: one dispatch, one outcome, and no run that waits for nothing. */
class ToolCallsTest {
    private static final ToolOutcome SEVEN = ToolOutcome.returned(Json.MAPPER.valueToTree(7));

    private final Desk desk = new Desk();
    private final World world = desk.world;
    private final SessionKey session = world.session("c1");

    private RunKey begun() {
        RunKey run = world.send(session);
        world.begin(run);
        return run;
    }

    private List<EventType> types(RunKey run) {
        return world.types(run);
    }

    private static Code code(EventBody result) {
        return Code.valueOf(((EventBody.ToolResult) result).error().path("code").textValue());
    }

    @Test
    void aRunWaitsForTheDeviceAndGoesOnWithItsResult() {
        Desk.Connected phone = desk.phone("locate");
        RunKey run = begun();
        world.emit(run, 1, Desk.call("t1", "locate", "*"));
        assertThat(world.status(run)).isEqualTo(RunStatus.WAITING);
        assertThat(world.run(run).lease()).isNotNull();
        assertThat(phone.line().calls).hasSize(1);
        assertThat(phone.line().calls.getFirst().asker().run()).isEqualTo(run);
        desk.answer(phone, phone.line().calls.getFirst().id(), SEVEN);
        assertThat(world.status(run)).isEqualTo(RunStatus.RUNNING);
        assertThat(world.run(run).attempt()).isEqualTo(1);
        assertThat(desk.events(run)).containsExactly(new EventBody.RunStarted("demo", 1),
                new EventBody.ToolCall("t1", "locate", Json.object(), "phone"), EventBody.RunWaiting.DEVICE,
                new EventBody.ToolResult("t1", SEVEN.result(), null));
    }

    @Test
    void theDeviceThatSaidHelloLastIsTakenForAny() {
        Desk.Connected old = desk.connect(World.ANN, "old", Set.of(), "locate");
        Desk.Connected deaf = desk.connect(World.ANN, "deaf", Set.of(), "other");
        Desk.Connected fresh = desk.connect(World.ANN, "fresh", Set.of(), "locate");
        desk.connect(World.BOB, "bobs", Set.of(), "locate");
        desk.connect(World.EVE, "eves", Set.of(), "locate");
        RunKey run = begun();
        world.emit(run, 1, Desk.call("t1", "locate", "*"), Desk.call("t2", "locate", "old"), Desk.call("t3", "locate", "deaf"),
                Desk.call("t4", "locate", "bobs"));
        assertThat(fresh.line().calls).extracting(call -> call.asker().name()).containsExactly("t1");
        assertThat(old.line().calls).extracting(call -> call.asker().name()).containsExactly("t2");
        assertThat(deaf.line().calls).isEmpty();
        assertThat(desk.events(run).stream().filter(EventBody.ToolResult.class::isInstance).map(ToolCallsTest::code))
                .containsExactly(Code.DEVICE_OFFLINE, Code.DEVICE_OFFLINE);
        assertThat(world.status(run)).isEqualTo(RunStatus.WAITING);
    }

    @Test
    void anAgentSaysHowLongItsDeviceMayTake() {
        Desk.Connected phone = desk.phone("locate");
        RunKey run = begun();
        for (long ms : new long[] {5_000, 600_000}) {
            world.emit(run, 1, new EventBody.ToolCall("t" + ms, "locate", Json.object(), "*", ms));
        }
        assertThat(phone.line().calls).extracting(call -> Duration.between(call.createdAt(), call.deadline()).toMillis())
                .containsExactly(5_000L, 600_000L);
        assertThat(desk.events(run)).as("what is stored").contains(new EventBody.ToolCall("t5000", "locate", Json.object(), "phone"));
        world.clock.advance(Duration.ofMillis(4_999));
        assertThat(world.store.due(world.clock.instant(), 10)).isEmpty();
        world.clock.advance(Duration.ofMillis(1));
        assertThat(world.store.due(world.clock.instant(), 10)).containsExactly(
                new Due.CallOverdue(session, phone.line().calls.getFirst().id()));
        world.attempts.toolCalls().overdue(session, phone.line().calls.getFirst().id()).join();
        assertThat(code(desk.events(run).getLast())).isEqualTo(Code.TIMEOUT);
        assertThat(world.status(run)).as("the other one has more time").isEqualTo(RunStatus.WAITING);
    }

    @Test
    void whereNobodyOffersItTheRunDoesNotWait() {
        RunKey run = begun();
        world.emit(run, 1, Desk.call("t1", "locate", "*"));
        assertThat(world.status(run)).isEqualTo(RunStatus.RUNNING);
        assertThat(types(run)).doesNotContain(EventType.RUN_WAITING);
        assertThat(code(desk.events(run).getLast())).isEqualTo(Code.DEVICE_OFFLINE);
    }

    @Test
    void whoeverAsksMayOfferToolsOfHisOwn() {
        Desk.Connected phone = desk.phone("locate", "look");
        ObjectNode metadata = Json.object();
        metadata.putArray(CallerTools.KEY).addObject().put("name", "locate");
        RunKey run = world.send(new Command.SendMessage(session.session(), "hi", null, metadata, null));
        world.begin(run);
        world.emit(run, 1, Desk.call("t1", "locate", "*"), Desk.call("t2", "look", "*"), Desk.call("t3", "locate", "phone"));
        assertThat(phone.line().calls).extracting(call -> call.asker().name()).containsExactly("t2", "t3");
        ToolCalls calls = world.attempts.toolCalls();
        assertThat(calls.answered(run, "t2", SEVEN).join()).as("that is the phone's").isFalse();
        assertThat(calls.answered(run, "t1", SEVEN).join()).isTrue();
        assertThat(calls.answered(run, "t1", ToolOutcome.failed(Json.object())).join()).isFalse();
        assertThat(desk.events(run)).contains(new EventBody.ToolCall("t1", "locate", Json.object(), "ag-ui caller"),
                new EventBody.ToolResult("t1", SEVEN.result(), null));
        assertThat(world.status(run)).isEqualTo(RunStatus.WAITING);
        phone.line().calls.forEach(call -> desk.answer(phone, call.id(), SEVEN));
        assertThat(world.status(run)).isEqualTo(RunStatus.RUNNING);
    }

    @Test
    void theFirstResultCountsAndNobodyElsesDoes() {
        Desk.Connected phone = desk.phone("locate");
        Desk.Connected other = desk.connect(World.ANN, "other", Set.of(), "locate");
        Desk.Connected foreign = desk.connect(World.EVE, "phone", Set.of(), "locate");
        RunKey run = begun();
        world.emit(run, 1, Desk.call("t1", "locate", "phone"));
        ToolCallId call = phone.line().calls.getFirst().id();
        desk.answer(other, call, ToolOutcome.failed(Json.object()));
        desk.answer(foreign, call, ToolOutcome.failed(Json.object()));
        assertThat(world.status(run)).isEqualTo(RunStatus.WAITING);
        desk.answer(phone, call, SEVEN);
        desk.answer(phone, call, ToolOutcome.failed(Json.object()));
        desk.answer(phone, new ToolCallId("nobody-asked"), SEVEN);
        assertThat(types(run)).containsOnlyOnce(EventType.TOOL_RESULT);
        assertThat(desk.events(run).getLast()).isEqualTo(new EventBody.ToolResult("t1", SEVEN.result(), null));
    }

    @Test
    void aCallOfOneNameIsHandedOverOnce() {
        Desk.Connected phone = desk.phone("locate");
        RunKey run = begun();
        world.emit(run, 1, Desk.call("t1", "locate", "*"));
        assertThat(world.emit(run, 1, Desk.call("t1", "locate", "*"))).isInstanceOf(Appended.Stored.class);
        desk.answer(phone, phone.line().calls.getFirst().id(), SEVEN);
        world.emit(run, 1, Desk.call("t1", "locate", "*"));
        assertThat(phone.line().calls).hasSize(1);
        assertThat(types(run)).containsOnlyOnce(EventType.TOOL_CALL, EventType.TOOL_RESULT);
        assertThat(world.status(run)).isEqualTo(RunStatus.RUNNING);
    }

    @Test
    void runsOfDifferentSessionsMayUseTheSameName() {
        Desk.Connected phone = desk.phone("locate");
        RunKey one = begun();
        RunKey two = world.send(world.session("c2"));
        world.begin(two);
        world.emit(one, 1, Desk.call("call_1", "locate", "*"));
        world.emit(two, 1, Desk.call("call_1", "locate", "*"));
        assertThat(phone.line().calls).extracting(call -> call.id()).doesNotHaveDuplicates().hasSize(2);
        desk.answer(phone, phone.line().calls.getLast().id(), SEVEN);
        assertThat(world.status(one)).isEqualTo(RunStatus.WAITING);
        assertThat(world.status(two)).isEqualTo(RunStatus.RUNNING);
    }

    @Test
    void namesThatNoIdCanBeAreMadeOne() {
        Desk.Connected phone = desk.phone("locate");
        RunKey run = begun();
        String wild = "a\nb" + "x".repeat(190);
        world.emit(run, 1, Desk.call(wild, "locate", "*"));
        desk.answer(phone, phone.line().calls.getFirst().id(), SEVEN);
        assertThat(desk.events(run).getLast()).isEqualTo(new EventBody.ToolResult(wild, SEVEN.result(), null));
        assertThat(world.emit(run, 1, Desk.call("t2", "locate", "a\nb"))).isInstanceOf(Appended.Invalid.class);
    }

    @Test
    void anAgentMayNotAnswerForTheDevice() {
        desk.phone("locate");
        RunKey run = begun();
        world.emit(run, 1, Desk.call("t1", "locate", "*"));
        assertThat(world.emit(run, 1, new EventBody.ToolResult("t1", SEVEN.result(), null))).isInstanceOf(Appended.Invalid.class);
        assertThat(world.status(run)).isEqualTo(RunStatus.WAITING);
    }

    @Test
    void aRunWaitsUntilAllOfItsDevicesHaveAnswered() {
        Desk.Connected phone = desk.phone("locate");
        RunKey run = begun();
        world.emit(run, 1, Desk.call("t1", "locate", "*"), Desk.call("t2", "locate", "*"));
        desk.answer(phone, phone.line().calls.getLast().id(), SEVEN);
        assertThat(world.status(run)).isEqualTo(RunStatus.WAITING);
        desk.answer(phone, phone.line().calls.getFirst().id(), SEVEN);
        assertThat(world.status(run)).isEqualTo(RunStatus.RUNNING);
        assertThat(types(run)).containsOnlyOnce(EventType.RUN_WAITING);
    }

    @Test
    void aRunThatWaitsForBothGoesOnOnceBothAreThere() {
        Desk.Connected phone = desk.phone("locate");
        RunKey run = begun();
        world.emit(run, 1, Desk.call("t1", "locate", "*"), World.ask("p1", null));
        world.decide(World.ANN, null, world.asked(run), Decision.Kind.APPROVE);
        assertThat(world.status(run)).isEqualTo(RunStatus.WAITING);
        desk.answer(phone, phone.line().calls.getFirst().id(), SEVEN);
        assertThat(world.status(run)).isEqualTo(RunStatus.RUNNING);
        assertThat(world.run(run).resume()).isNotNull();
    }

    @Test
    void aDeviceThatLeavesEndsItsCalls() {
        Desk.Connected phone = desk.phone("locate");
        RunKey run = begun();
        world.emit(run, 1, Desk.call("t1", "locate", "*"));
        desk.leave(phone);
        assertThat(world.status(run)).isEqualTo(RunStatus.RUNNING);
        assertThat(code(desk.events(run).getLast())).isEqualTo(Code.DEVICE_OFFLINE);
        desk.answer(phone, phone.line().calls.getFirst().id(), SEVEN);
        assertThat(types(run)).containsOnlyOnce(EventType.TOOL_RESULT);
        assertThat(world.devices.of(World.ANN)).isEmpty();
    }

    @Test
    void aNewerWireTakesThePlaceOfTheOlder() {
        Desk.Connected before = desk.phone("locate");
        RunKey run = begun();
        world.emit(run, 1, Desk.call("t1", "locate", "*"));
        Desk.Connected after = desk.phone("locate");
        assertThat(before.line().replaced).isEqualTo(1);
        assertThat(code(desk.events(run).getLast())).isEqualTo(Code.DEVICE_OFFLINE);
        desk.leave(before);
        assertThat(world.devices.of(World.ANN)).containsExactly(after.seat());
        world.emit(run, 1, Desk.call("t2", "locate", "phone"));
        assertThat(before.line().calls).hasSize(1);
        desk.answer(before, after.line().calls.getFirst().id(), SEVEN);
        assertThat(world.status(run)).isEqualTo(RunStatus.WAITING);
    }

    @Test
    void devicesOfOneIdBelongToTheirUsers() {
        Desk.Connected anns = desk.phone("locate");
        desk.connect(World.BOB, "phone", Set.of(), "locate");
        desk.connect(World.EVE, "phone", Set.of(), "locate");
        assertThat(anns.line().replaced).isZero();
        assertThat(world.devices.of(World.ANN)).containsExactly(anns.seat());
        assertThat(world.devices.connected()).isEqualTo(3);
    }

    @Test
    void aCallEndsAtItsDeadline() {
        Desk.Connected phone = desk.phone("locate");
        RunKey run = begun();
        world.emit(run, 1, Desk.call("t1", "locate", "*"));
        world.clock.advance(Duration.ofSeconds(30).minusMillis(1));
        ToolCallId call = phone.line().calls.getFirst().id();
        assertThat(world.attempts.toolCalls().overdue(session, call).join()).isFalse();
        world.clock.advance(Duration.ofMillis(1));
        assertThat(world.store.due(world.clock.instant(), 10)).contains(new Due.CallOverdue(session, call));
        assertThat(world.attempts.toolCalls().overdue(session, call).join()).isTrue();
        assertThat(code(desk.events(run).getLast())).isEqualTo(Code.TIMEOUT);
        assertThat(world.status(run)).isEqualTo(RunStatus.RUNNING);
        desk.answer(phone, call, SEVEN);
        assertThat(types(run)).containsOnlyOnce(EventType.TOOL_RESULT);
    }

    @Test
    void aCallMayHaveATimeOfItsOwn() {
        Desk.Connected phone = desk.phone("locate");
        RunKey run = begun();
        world.attempts.call(run, 1, Desk.call("t1", "locate", "*"), Duration.ofSeconds(2)).join();
        assertThat(phone.line().calls.getFirst().deadline()).isEqualTo(World.START.plusSeconds(2));
    }

    @Test
    void aRunThatEndsWaitsForNothing() {
        Desk.Connected phone = desk.phone("locate");
        RunKey run = begun();
        world.emit(run, 1, Desk.call("t1", "locate", "*"), new EventBody.RunCompleted(null, null, null));
        assertThat(types(run)).endsWith(EventType.TOOL_RESULT, EventType.RUN_COMPLETED);
        desk.answer(phone, phone.line().calls.getFirst().id(), SEVEN);
        assertThat(types(run)).endsWith(EventType.RUN_COMPLETED);
        assertThat(world.store.due(world.clock.instant().plusSeconds(60), 10)).isEmpty();
    }

    @Test
    void anAttemptThatIsLostWhileItWaitsIsBegunAnew() {
        Desk.Connected phone = desk.phone("locate");
        RunKey run = begun();
        world.emit(run, 1, Desk.call("t1", "locate", "*"));
        assertThat(world.runs.recover()).isEqualTo(1);
        assertThat(world.status(run)).isEqualTo(RunStatus.QUEUED);
        assertThat(code(desk.events(run).getLast())).isEqualTo(Code.DEVICE_OFFLINE);
        assertThat(world.begin(run)).isEqualTo(2);
        desk.answer(phone, phone.line().calls.getFirst().id(), SEVEN);
        assertThat(types(run)).containsOnlyOnce(EventType.TOOL_RESULT);
        assertThat(world.emit(run, 1, Desk.call("t9", "locate", "*"))).isInstanceOf(Appended.Stale.class);
    }

    @Test
    void aRunThatWaitsForAPersonStillDoesAfterwards() {
        RunKey run = begun();
        world.emit(run, 1, World.ask("p1", null));
        world.runs.recover();
        assertThat(world.status(run)).isEqualTo(RunStatus.WAITING);
    }

    @Test
    void aCancelReachesARunThatWaitsForADevice() {
        desk.phone("locate");
        RunKey run = begun();
        world.emit(run, 1, Desk.call("t1", "locate", "*"));
        world.handle(World.ANN, null, new Command.CancelRun(run.run()));
        world.attempts.stopped(run, 1).join();
        assertThat(world.status(run)).isEqualTo(RunStatus.CANCELLED);
        assertThat(types(run)).endsWith(EventType.TOOL_RESULT, EventType.RUN_CANCELLED);
    }

    @Test
    void aDeviceHasOnlySoManyCalls() {
        Desk.Connected phone = desk.phone("locate");
        RunKey run = begun();
        for (int i = 0; i < Seat.MAX_CALLS; i++) {
            world.emit(run, 1, Desk.call("t" + i, "locate", "*"));
        }
        assertThat(phone.line().calls).hasSize(Seat.MAX_CALLS);
        world.emit(run, 1, Desk.call("more", "locate", "*"));
        assertThat(phone.line().calls).hasSize(Seat.MAX_CALLS);
        assertThat(code(desk.events(run).getLast())).isEqualTo(Code.DEVICE_OFFLINE);
    }
}
