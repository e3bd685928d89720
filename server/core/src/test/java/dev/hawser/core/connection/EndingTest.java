package dev.hawser.core.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.core.dialect.Outbound;
import dev.hawser.core.model.CloseCode;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.Reply;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class EndingTest {

    @Test
    void aDrainTellsWhenToComeBackBeforeItCloses() {
        Machine machine = new Machine().watching().on(new Input.Draining(Duration.ofMillis(1500)));
        assertThat(machine.effects).hasSize(3);
        assertThat(machine.effects.getFirst()).isEqualTo(new Effect.UnfollowAll());
        assertThat(machine.sent()).containsExactly(
                new Outbound.Closing(CloseCode.SERVICE_RESTART, "server_shutdown", Duration.ofMillis(1500)));
        assertThat(machine.effects.getLast())
                .isEqualTo(new Effect.Close(CloseCode.SERVICE_RESTART, "server_shutdown"));
    }

    @Test
    void aWireThatIsNotInUseYetIsJustClosedByADrain() {
        Machine machine = Machine.in(State.CONNECTED).on(new Input.Draining(Duration.ZERO));
        assertThat(machine.sent()).isEmpty();
        assertThat(machine.closes()).containsExactly(CloseCode.SERVICE_RESTART);
    }

    @Test
    void aWireThatAsksForItsEndIsNotToldOfIt() {
        Machine machine = new Machine().active().receive("z1", new Command.Close("done"));
        assertThat(machine.sent()).isEmpty();
        assertThat(machine.closes()).containsExactly(CloseCode.NORMAL);
    }

    @Test
    void aBrokenWireIsToldWhy() {
        Machine machine = new Machine().active().on(new Input.Broken(CloseCode.UNSUPPORTED_DATA, "binary_frame"));
        assertThat(machine.sent())
                .containsExactly(new Outbound.Closing(CloseCode.UNSUPPORTED_DATA, "binary_frame", null));
        assertThat(machine.on(new Input.Broken(CloseCode.TOO_BIG, "again")).effects).isEmpty();
    }

    @Test
    void aPeerThatDoesNotFinishTheCloseIsDropped() {
        Machine machine = new Machine().active().receive("z1", new Command.Close(null));
        assertThat(machine.after(Duration.ofMillis(4_999)).tick().effects).isEmpty();
        assertThat(machine.connection.due(machine.now)).isFalse();
        machine.after(Duration.ofMillis(1));
        assertThat(machine.connection.due(machine.now)).isTrue();
        assertThat(machine.tick().effects).containsExactly(new Effect.Abort());
    }

    @Test
    void aLostWireIsDeliveredNothingMore() {
        Machine machine = new Machine().watching().on(new Input.Lost());
        assertThat(machine.effects).containsExactly(new Effect.UnfollowAll());
        assertThat(machine.connection.state()).isEqualTo(State.CLOSED);
        assertThat(machine.connection.history()).extracting(Transition::to).endsWith(State.RECONNECTING, State.CLOSED);
        assertThat(machine.on(new Input.Lost()).effects).isEmpty();
    }

    @Test
    void aLostWireStaysForItsGrace() {
        Machine machine = new Machine(Machine.grace(Duration.ofSeconds(5))).watching().on(new Input.Lost());
        assertThat(machine.effects).containsExactly(new Effect.UnfollowAll());
        assertThat(machine.after(Duration.ofMillis(4_999)).tick().connection.state()).isEqualTo(State.RECONNECTING);
        assertThat(machine.after(Duration.ofMillis(1)).tick().connection.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void answersThatComeAfterTheEndAreDropped() {
        Machine machine = new Machine().active().say("m1", null);
        Effect.Execute execute = machine.only(Effect.Execute.class);
        machine.on(new Input.Lost()).on(new Input.Replied(execute, Reply.Refused.of(Code.CONFLICT)));
        assertThat(machine.effects).isEmpty();
    }

    @Test
    void whatWasHeldIsNotDoneOnceTheWireCloses() {
        Machine machine = new Machine().active().say("m1", null);
        Effect.Execute execute = machine.only(Effect.Execute.class);
        machine.receive("u1", new Command.Resume(Machine.C1, null, 1L)).say("m2", null)
                .on(new Input.Broken(CloseCode.INTERNAL, "internal_error"));
        machine.on(new Input.Replied(execute, Reply.Refused.of(Code.CONFLICT)));
        assertThat(machine.effects).isEmpty();
    }
}
