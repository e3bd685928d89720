package dev.hawser.core.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.core.dialect.Outbound;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.MessageId;
import dev.hawser.core.model.Reply;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.RunStatus;
import dev.hawser.core.model.SessionId;
import org.junit.jupiter.api.Test;

/** Messages that begin the conversation they name where nobody has it. */
class BeginningTest {
    private final Machine machine = new Machine().active();

    private Machine say(SessionId session) {
        return machine.receive(null, new Command.SendMessage(session, "hello", null, null, null, true));
    }

    private static Reply accepted(SessionId session, long last, boolean created) {
        return new Reply.RunAccepted(session, new RunId("r"), new MessageId("m"), RunStatus.QUEUED,
                new Reply.SessionOpened(session, Machine.EPOCH, last, created));
    }

    @Test
    void aConversationThatIsBegunIsWatchedFromItsBeginning() {
        assertThat(say(Machine.C1).all(Effect.Open.class)).isEmpty();
        machine.reply(accepted(Machine.C1, 0, true));
        assertThat(machine.sent()).satisfiesExactly(
                first -> assertThat(first).isInstanceOf(Outbound.SessionCreated.class),
                second -> assertThat(second).isInstanceOf(Outbound.RunAccepted.class));
        assertThat(machine.effects.getLast()).isEqualTo(new Effect.Follow(Machine.C1, Machine.EPOCH, 0));
    }

    @Test
    void oneThatIsThereIsWatchedFromTheMessageOn() {
        say(Machine.C1).reply(accepted(Machine.C1, 7, false));
        assertThat(machine.sent()).satisfiesExactly(only -> assertThat(only).isInstanceOf(Outbound.RunAccepted.class));
        assertThat(machine.effects.getLast()).isEqualTo(new Effect.Follow(Machine.C1, Machine.EPOCH, 7));
    }

    @Test
    void oneThatIsWatchedGoesOnAsItIs() {
        say(Machine.C1).reply(accepted(Machine.C1, 0, true));
        say(Machine.C1);
        Effect.Execute second = machine.only(Effect.Execute.class);
        say(Machine.C1);
        assertThat(machine.all(Effect.Execute.class)).as("nothing waits for the answer").hasSize(1);
        machine.on(new Input.Replied(second, accepted(Machine.C1, 3, false)));
        assertThat(machine.all(Effect.Follow.class)).isEmpty();
        assertThat(machine.sent()).hasSize(1);
    }

    @Test
    void theNextMessageWaitsUntilItIsKnownWhatIsWatched() {
        say(Machine.C1);
        Effect.Execute first = machine.only(Effect.Execute.class);
        assertThat(say(Machine.C2).effects).isEmpty();
        machine.on(new Input.Replied(first, accepted(Machine.C1, 0, true)));
        assertThat(machine.only(Effect.Execute.class).command())
                .isInstanceOfSatisfying(Command.SendMessage.class, send -> assertThat(send.session()).isEqualTo(Machine.C2));
    }

    @Test
    void aRefusalIsToldAndTheNextMessageGoesOn() {
        say(Machine.C1).reply(Reply.Refused.of(Code.NOT_FOUND));
        assertThat(machine.faults()).containsExactly(Code.NOT_FOUND);
        assertThat(machine.all(Effect.Follow.class)).isEmpty();
        assertThat(say(Machine.C1).all(Effect.Execute.class)).hasSize(1);
    }
}
