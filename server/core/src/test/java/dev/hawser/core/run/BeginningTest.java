package dev.hawser.core.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.core.kit.World;
import dev.hawser.core.model.Caller;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.EventType;
import dev.hawser.core.model.Principal;
import dev.hawser.core.model.Reply;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.Visibility;
import dev.hawser.core.session.Policy;
import org.junit.jupiter.api.Test;

/** Messages that begin the session they name where nobody has it. */
class BeginningTest {
    private static final SessionId NAMED = new SessionId("named");

    private final World world = new World(Visibility.OWNER, Policy.Concurrency.QUEUE);

    private Reply say(Principal principal, String commandId) {
        return world.router.handle(new Caller(principal, commandId, null),
                new Command.SendMessage(NAMED, "hello", null, null, null, true)).join();
    }

    @Test
    void aSessionThatNobodyHasIsBegun() {
        Reply.RunAccepted accepted = (Reply.RunAccepted) say(World.ANN, null);
        assertThat(accepted.session()).isEqualTo(NAMED);
        assertThat(accepted.created().created()).isTrue();
        assertThat(accepted.created().lastSequence()).isZero();
        assertThat(world.events(new SessionKey(World.ANN.tenant(), NAMED))).extracting(Event::type)
                .containsExactly(EventType.MESSAGE_USER);
    }

    @Test
    void oneThatIsThereGoesOn() {
        say(World.ANN, null);
        Reply.RunAccepted accepted = (Reply.RunAccepted) say(World.ANN, null);
        assertThat(accepted.created().created()).isFalse();
        assertThat(accepted.created().lastSequence()).isEqualTo(1);
        assertThat(world.events(new SessionKey(World.ANN.tenant(), NAMED))).hasSize(2);
    }

    @Test
    void anotherUsersIsNotFoundAndLeftAlone() {
        say(World.ANN, null);
        assertThat(say(World.BOB, null)).isEqualTo(Reply.Refused.of(Code.NOT_FOUND));
        assertThat(world.events(new SessionKey(World.ANN.tenant(), NAMED))).hasSize(1);
    }

    @Test
    void anotherTenantsIsAsGoodAsNone() {
        say(World.ANN, null);
        assertThat(((Reply.RunAccepted) say(World.EVE, null)).created().created()).isTrue();
    }

    @Test
    void aRepetitionGetsTheSameAnswer() {
        Reply first = say(World.ANN, "once");
        assertThat(say(World.ANN, "once")).isEqualTo(first);
        assertThat(world.events(new SessionKey(World.ANN.tenant(), NAMED))).hasSize(1);
    }

    @Test
    void aMessageThatBeginsNothingNeedsItsSession() {
        Reply reply = world.router.handle(new Caller(World.ANN, null, null),
                new Command.SendMessage(NAMED, "hello", null, null, null)).join();
        assertThat(reply).isEqualTo(Reply.Refused.of(Code.NOT_FOUND));
    }
}
