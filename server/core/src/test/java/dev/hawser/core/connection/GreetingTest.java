package dev.hawser.core.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.core.dialect.Outbound;
import dev.hawser.core.model.CloseCode;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.DeviceId;
import dev.hawser.core.model.DeviceOffer;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.ToolCallId;
import dev.hawser.core.model.ToolOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the wire of a device has beside every wire: it says hello, first and soon. */
class GreetingTest {
    private static final Command.Hello HELLO =
            new Command.Hello(new DeviceOffer(new DeviceId("phone"), Set.of(), List.of(), null));
    private static final Command.OfDevice RESULT =
            new Command.AnswerTool(new ToolCallId("c1"), ToolOutcome.returned(null));

    private final Machine machine = Machine.ofDevice().active();

    @Test
    void whatADeviceSaysAfterItsHelloIsAttended() {
        assertThat(machine.receive(null, HELLO).effects).containsExactly(new Effect.Attend(HELLO));
        assertThat(machine.receive(null, RESULT).effects).containsExactly(new Effect.Attend(RESULT));
        assertThat(machine.receive(null, new Command.Ping(null)).sent()).containsExactly(new Outbound.Pong(null));
    }

    static Stream<Command> notHello() {
        return Stream.of(RESULT, new Command.Ping(null), new Command.Pong(), new Command.Unknown("x"));
    }

    @ParameterizedTest
    @MethodSource("notHello")
    void anythingElseFirstEndsTheWire(Command first) {
        assertThat(machine.receive(null, first).closes()).containsExactly(CloseCode.POLICY);
        assertThat(machine.faults()).isEmpty();
        assertThat(machine.receive(null, HELLO).effects).isEmpty();
    }

    @Test
    void nonsenseFirstEndsTheWire() {
        assertThat(machine.nonsense().closes()).containsExactly(CloseCode.POLICY);
        assertThat(machine.faults()).isEmpty();
    }

    @Test
    void theHelloHasFifteenSeconds() {
        machine.after(Duration.ofMillis(14_999));
        assertThat(machine.connection.due(machine.now)).isFalse();
        assertThat(machine.tick().effects).isEmpty();
        machine.after(Duration.ofMillis(1));
        assertThat(machine.connection.due(machine.now)).isTrue();
        assertThat(machine.tick().closes()).containsExactly(CloseCode.POLICY);
    }

    @Test
    void onceMetNothingIsDueButTheHeartbeat() {
        machine.receive(null, HELLO).connection.alive(machine.now);
        machine.after(Duration.ofSeconds(15));
        assertThat(machine.connection.due(machine.now)).isFalse();
        assertThat(machine.after(Duration.ofSeconds(15)).tick().sent()).containsExactly(new Outbound.Ping());
        assertThat(machine.after(Duration.ofSeconds(10)).tick().closes()).containsExactly(CloseCode.NO_HEARTBEAT);
    }

    @Test
    void aSecondHelloIsRefused() {
        machine.receive(null, HELLO);
        assertThat(machine.receive(null, HELLO).faults()).containsExactly(Code.CONFLICT);
        assertThat(machine.all(Effect.Attend.class)).isEmpty();
    }

    @Test
    void nonsenseAfterTheHelloIsCounted() {
        machine.receive(null, HELLO);
        for (int i = 0; i < 19; i++) {
            assertThat(machine.nonsense().closes()).isEmpty();
        }
        assertThat(machine.nonsense().closes()).containsExactly(CloseCode.POLICY);
    }

    @Test
    void outputThatCameTooFastFailsItsRun() {
        machine.receive(null, HELLO);
        Command.PutOut out = new Command.PutOut(new RunId("r1"), new EventBody.TextDelta(null, "x"));
        while (machine.receive(null, out).faults().isEmpty()) {
            assertThat(machine.effects).containsExactly(new Effect.Attend(out));
        }
        assertThat(machine.faults()).containsExactly(Code.RATE_LIMITED);
        assertThat(machine.only(Effect.Attend.class).said()).isInstanceOfSatisfying(Command.PutOutNonsense.class,
                lost -> assertThat(lost.fault().code()).isEqualTo(Code.RATE_LIMITED));
    }

    @Test
    void anotherWireIsNotADevices() {
        Machine person = new Machine().active();
        assertThat(person.receive("h1", HELLO).faults()).containsExactly(Code.UNKNOWN_TYPE);
        assertThat(person.all(Effect.Attend.class)).isEmpty();
    }
}
