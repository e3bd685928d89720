package dev.hawser.core.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.core.dialect.Outbound;
import dev.hawser.core.dialect.Target;
import dev.hawser.core.model.CloseCode;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Snapshot;
import dev.hawser.core.port.Identity;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HandshakeTest {
    private static final Snapshot SNAPSHOT = new Snapshot(List.of(), List.of(), List.of(), null, 9);

    @Test
    void aWireWithoutAConversationIsEstablishedAtOnce() {
        Machine machine = new Machine().upgraded(null);
        assertThat(machine.effects).isEmpty();
        machine.verified(Machine.ANN);
        Outbound.Established established = (Outbound.Established) machine.sent().getFirst();
        assertThat(established.position()).isNull();
        assertThat(established.principal()).isEqualTo(Machine.ANN);
        assertThat(established.heartbeat()).isEqualTo(Duration.ofSeconds(30));
        assertThat(machine.effects).hasSize(2).last().isEqualTo(new Effect.Listen());
        assertThat(machine.connection.principal()).contains(Machine.ANN);
        assertThat(machine.connection.conversation()).isEmpty();
    }

    @Test
    void aWireWithAConversationIsEstablishedOnceItIsFoundAndLiveFromItsEnd() {
        Machine machine = new Machine().upgraded(Machine.C1).verified(Machine.ANN);
        Effect.Open open = machine.only(Effect.Open.class);
        assertThat(open).isEqualTo(new Effect.Open(null, Machine.C1, null, null, Effect.Why.CONNECT));
        assertThat(open.resumes()).isFalse();
        assertThat(machine.effects).hasSize(1);
        machine.opened(new Opening(Machine.position(1, 7), null, null));
        assertThat(machine.sent()).singleElement().isInstanceOf(Outbound.Established.class);
        assertThat(machine.effects).last().isEqualTo(new Effect.Follow(Machine.C1, Machine.EPOCH, 7));
        assertThat(machine.connection.conversation()).contains(Machine.C1);
    }

    @Test
    void aWireThatResumesWhileConnectingGetsEstablishedThenResumedThenItsEvents() {
        Machine machine = new Machine();
        machine.on(new Input.Upgraded(new Target.Valid(Machine.C1, "e1", 4L, null))).verified(Machine.ANN);
        assertThat(machine.only(Effect.Open.class).resumes()).isTrue();
        machine.opened(new Opening(Machine.position(1, 7), Resumption.RECOVERED, null));
        assertThat(machine.sent()).hasExactlyElementsOfTypes(Outbound.Established.class, Outbound.Resumed.class);
        assertThat(machine.sent().getLast()).isEqualTo(new Outbound.Resumed(Machine.EPOCH, 5, 7, null, null));
        assertThat(machine.effects).last().isEqualTo(new Effect.Follow(Machine.C1, Machine.EPOCH, 4));
    }

    @Test
    void nothingMissedIsARangeThatEndsBeforeItBegins() {
        Machine machine = new Machine();
        machine.on(new Input.Upgraded(new Target.Valid(Machine.C1, null, 7L, null))).verified(Machine.ANN)
                .opened(new Opening(Machine.position(1, 7), Resumption.RECOVERED, null));
        assertThat(machine.sent()).contains(new Outbound.Resumed(Machine.EPOCH, 8, 7, null, null));
    }

    @Test
    void aSnapshotSaysWhereItEndsEvenIfTheLogWentOnMeanwhile() {
        Machine machine = new Machine();
        machine.on(new Input.Upgraded(new Target.Valid(Machine.C1, "e0", 4L, null))).verified(Machine.ANN)
                .opened(new Opening(Machine.position(1, 7), Resumption.EPOCH_CHANGED, SNAPSHOT));
        assertThat(machine.sent()).contains(new Outbound.Resumed(Machine.EPOCH, 10, 9, "epoch_changed", SNAPSHOT));
        assertThat(machine.effects).last().isEqualTo(new Effect.Follow(Machine.C1, Machine.EPOCH, 9));
    }

    static Stream<Arguments> badTargets() {
        return Stream.of(
                Arguments.of(new Target.UnknownSession(), Code.NOT_FOUND, CloseCode.NOT_FOUND),
                Arguments.of(new Target.UnknownAgent(), Code.NOT_FOUND, CloseCode.AGENT_NOT_FOUND),
                Arguments.of(new Target.Invalid("lastSequence is odd"), Code.INVALID_MESSAGE, CloseCode.POLICY));
    }

    @ParameterizedTest
    @MethodSource("badTargets")
    void aTargetThatCannotBeIsSaidOnceTheOwnerIsKnown(Target target, Code code, CloseCode close) {
        Machine machine = new Machine().on(new Input.Upgraded(target));
        assertThat(machine.effects).isEmpty();
        machine.verified(Machine.ANN);
        assertThat(machine.faults()).containsExactly(code);
        assertThat(machine.closes()).containsExactly(close);
        machine.verified(Machine.ANN);
        assertThat(machine.effects).isEmpty();
        assertThat(machine.connection.state()).isEqualTo(State.CLOSING);
    }

    @Test
    void aConversationThatTheUserCannotSeeEndsTheWire() {
        Machine machine = new Machine().upgraded(Machine.C1).verified(Machine.ANN).opened(null);
        assertThat(machine.faults()).containsExactly(Code.NOT_FOUND);
        assertThat(machine.closes()).containsExactly(CloseCode.NOT_FOUND);
        assertThat(machine.sent()).hasSize(1);
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of(Code.AUTH_INVALID, CloseCode.AUTH_REQUIRED),
                Arguments.of(Code.AUTH_EXPIRED, CloseCode.AUTH_EXPIRED),
                Arguments.of(Code.AUTH_INVALID, CloseCode.AUTH_INVALID),
                Arguments.of(Code.RATE_LIMITED, CloseCode.RATE_LIMITED));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void aRefusedCredentialIsToldAndClosed(Code code, CloseCode close) {
        Machine machine = new Machine().upgraded(null)
                .on(new Input.Verified(new Identity.Verdict.Refused(Fault.of(code), close)));
        assertThat(machine.faults()).containsExactly(code);
        assertThat(machine.closes()).containsExactly(close);
        assertThat(machine.connection.principal()).isEmpty();
    }

    @Test
    void aVerdictThatComesTooLateSaysNothing() {
        Machine machine = Machine.in(State.CLOSING).on(new Input.Verified(
                new Identity.Verdict.Refused(Fault.of(Code.AUTH_INVALID), CloseCode.AUTH_INVALID)));
        assertThat(machine.effects).isEmpty();
    }
}
