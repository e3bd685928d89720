package dev.hawser.core.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.core.dialect.Decoded;
import dev.hawser.core.dialect.Target;
import dev.hawser.core.model.CloseCode;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Reply;
import dev.hawser.core.port.Identity;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class TransitionsTest {
    private static final Set<State> REACHED = EnumSet.complementOf(EnumSet.of(State.PAUSED));

    @ParameterizedTest
    @EnumSource(State.class)
    void onlyTheTableIsLegal(State from) {
        Map<State, Set<State>> legal = Map.of(
                State.CONNECTING, Set.of(State.CONNECTED, State.CLOSED),
                State.CONNECTED, Set.of(State.AUTHENTICATED, State.CLOSING, State.CLOSED),
                State.AUTHENTICATED, Set.of(State.ACTIVE, State.CLOSING, State.CLOSED),
                State.ACTIVE, Set.of(State.PAUSED, State.RECONNECTING, State.CLOSING),
                State.PAUSED, Set.of(State.ACTIVE, State.RECONNECTING, State.CLOSING),
                State.RECONNECTING, Set.of(State.ACTIVE, State.CLOSED),
                State.CLOSING, Set.of(State.CLOSED),
                State.CLOSED, Set.of());
        assertThat(Arrays.stream(State.values()).filter(from::leadsTo))
                .containsExactlyInAnyOrderElementsOf(legal.get(from));
    }

    /** For each input the states that it means something in, and where it leads from there. */
    static Stream<Arguments> table() {
        Input upgraded = new Input.Upgraded(new Target.Valid(null, null, null, null));
        Input verified = new Input.Verified(new Identity.Verdict.Accepted(Machine.ANN));
        Input refused = new Input.Verified(
                new Identity.Verdict.Refused(Fault.of(Code.AUTH_INVALID), CloseCode.AUTH_INVALID));
        Effect.Open connect = new Effect.Open(null, Machine.C1, null, null, Effect.Why.CONNECT);
        Optional<Opening> found = Optional.of(new Opening(Machine.position(1, 7), null, null));
        Effect.Open resume = new Effect.Open("u1", Machine.C1, null, 7L, Effect.Why.RESUME);
        Optional<Opening> recovered = Optional.of(new Opening(Machine.position(1, 7), Resumption.RECOVERED, null));
        return Stream.of(
                row(upgraded, Map.of(State.CONNECTING, State.CONNECTED)),
                row(new Input.Upgraded(new Target.UnknownSession()), Map.of(State.CONNECTING, State.CONNECTED)),
                row(verified, Map.of(State.CONNECTED, State.ACTIVE)),
                row(refused, Map.of(State.CONNECTED, State.CLOSING)),
                row(new Input.Opened(connect, found), Map.of(State.AUTHENTICATED, State.ACTIVE)),
                row(new Input.Opened(connect, Optional.empty()), Map.of(State.AUTHENTICATED, State.CLOSING)),
                row(new Input.Opened(resume, recovered), Map.of(State.ACTIVE, State.ACTIVE)),
                row(new Input.Received(new Decoded.Accepted("p", new Command.Ping(null))),
                        Map.of(State.ACTIVE, State.ACTIVE)),
                row(new Input.Received(new Decoded.Accepted("z", new Command.Close(null))),
                        Map.of(State.ACTIVE, State.CLOSING)),
                row(new Input.Received(new Decoded.WrongVersion("v")), Map.of(State.ACTIVE, State.CLOSING)),
                row(new Input.Replied(new Effect.Execute("m", new Command.CreateSession(null, null)),
                        Reply.Refused.of(Code.CONFLICT)), Map.of(State.ACTIVE, State.ACTIVE)),
                row(new Input.Refreshed("a", new Identity.Verdict.Accepted(Machine.ANN)),
                        Map.of(State.ACTIVE, State.ACTIVE)),
                row(new Input.Congested(), Map.of(State.ACTIVE, State.CLOSING)),
                row(new Input.Broken(CloseCode.TOO_BIG, "message_too_big"), Map.of(State.CONNECTED, State.CLOSING,
                        State.AUTHENTICATED, State.CLOSING, State.ACTIVE, State.CLOSING)),
                row(new Input.Draining(Duration.ofSeconds(1)), Map.of(State.CONNECTED, State.CLOSING,
                        State.AUTHENTICATED, State.CLOSING, State.ACTIVE, State.CLOSING)),
                row(new Input.Lost(), Map.of(State.CONNECTING, State.CLOSED, State.CONNECTED, State.CLOSED,
                        State.AUTHENTICATED, State.CLOSED, State.ACTIVE, State.RECONNECTING,
                        State.CLOSING, State.CLOSED)),
                row(new Input.Outrun(Machine.C1), Map.of()),
                row(new Input.Ticked(), Map.of()));
    }

    private static Arguments row(Input input, Map<State, State> leads) {
        return Arguments.of(input, leads);
    }

    @ParameterizedTest
    @MethodSource("table")
    void anInputMeansSomethingInItsStatesAndNothingInTheOthers(Input input, Map<State, State> leads) {
        for (State from : REACHED) {
            Machine machine = Machine.in(from).on(input);
            assertThat(machine.connection.state()).as("%s in %s", input, from).isEqualTo(leads.getOrDefault(from, from));
            if (!leads.containsKey(from)) {
                assertThat(machine.effects).as("%s in %s", input, from).isEmpty();
            }
        }
    }

    @Test
    void whatIsNotLegalIsRefusedAndRecorded() {
        Machine machine = Machine.in(State.ACTIVE);
        machine.upgraded(null).verified(Machine.ANN);
        assertThat(machine.connection.history()).containsExactly(
                new Transition(State.CONNECTING, Machine.START, false),
                new Transition(State.CONNECTED, Machine.START, false),
                new Transition(State.AUTHENTICATED, Machine.START, false),
                new Transition(State.ACTIVE, Machine.START, false),
                new Transition(State.CONNECTED, Machine.START, true),
                new Transition(State.AUTHENTICATED, Machine.START, true));
    }

    @Test
    void historyKeepsTheLastStepsWithTheirTimes() {
        Machine machine = Machine.in(State.ACTIVE);
        for (int i = 1; i <= 20; i++) {
            machine.after(Duration.ofMillis(1)).upgraded(null);
        }
        List<Transition> history = machine.connection.history();
        assertThat(history).hasSize(History.KEPT).allMatch(Transition::refused);
        assertThat(history.getFirst().at()).isEqualTo(Machine.START.plusMillis(9));
        assertThat(history.getLast().at()).isEqualTo(Machine.START.plusMillis(20));
    }

    @Test
    void framesThatComeAfterTheCloseFrameLeaveTheHistoryAlone() {
        Machine machine = Machine.in(State.CLOSING);
        List<Transition> before = machine.connection.history();
        for (int i = 0; i < 50; i++) {
            machine.nonsense();
        }
        assertThat(machine.connection.history()).isEqualTo(before);
    }
}
