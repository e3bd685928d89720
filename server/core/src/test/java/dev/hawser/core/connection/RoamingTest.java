package dev.hawser.core.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.core.dialect.Outbound;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.MessageId;
import dev.hawser.core.model.Reply;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.RunStatus;
import dev.hawser.core.model.SessionId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Wires whose messages go where they say, and begin a conversation where they say nothing. */
class RoamingTest {
    private static Reply created(SessionId session) {
        return new Reply.RunAccepted(session, new RunId("r-" + session), new MessageId("u1"), RunStatus.QUEUED,
                new Reply.SessionOpened(session, Machine.EPOCH, 0, true));
    }

    private static List<Outbound> sent(Machine machine) {
        return machine.all(Effect.Send.class).stream().map(Effect.Send::message).toList();
    }

    @Test
    void eachMessageWithoutAConversationBeginsOneAndNoneWaitsForAnother() {
        Machine machine = Machine.roaming().active().say("m1", null);
        Effect.Execute first = machine.only(Effect.Execute.class);
        machine.say("m2", null);
        Effect.Execute second = machine.only(Effect.Execute.class);
        assertThat(((Command.SendMessage) second.command()).session()).isNull();
        machine.on(new Input.Replied(first, created(Machine.C1)));
        assertThat(sent(machine)).extracting(Outbound::session).containsOnly(Machine.C1);
        machine.on(new Input.Replied(second, created(Machine.C2)));
        assertThat(machine.effects).contains(new Effect.Follow(Machine.C2, Machine.EPOCH, 0));
        machine.say("m3", null);
        assertThat(((Command.SendMessage) machine.only(Effect.Execute.class).command()).session()).isNull();
    }

    @Test
    void anActionWithoutAConversationBeginsOne() {
        Command.ActOnUi act = new Command.ActOnUi(null, Json.object(), true);
        Machine machine = Machine.roaming().active().receive("i1", act);
        assertThat(machine.only(Effect.Execute.class).command()).isEqualTo(act);
        machine.reply(new Reply.SessionOpened(Machine.C1, Machine.EPOCH, 1, true));
        assertThat(machine.effects).containsExactly(
                new Effect.Send(new Outbound("i1", Machine.C1, new Outbound.SessionCreated(Machine.EPOCH, 1))),
                new Effect.Follow(Machine.C1, Machine.EPOCH, 1));
    }

    @Test
    void aRefusalNamesTheConversationThatTheMessageNamed() {
        Machine machine = Machine.roaming().active().say("m1", null).reply(created(Machine.C1)).say("m2", Machine.C1);
        machine.reply(Reply.Refused.of(Code.CONFLICT));
        assertThat(machine.effects).containsExactly(new Effect.Send(
                new Outbound("m2", Machine.C1, new Outbound.Failed(Fault.of(Code.CONFLICT)))));
        assertThat(sent(machine.nonsense())).extracting(Outbound::session).containsOnlyNulls();
    }

    @Test
    void theConversationThatIsWatchedLongestIsDroppedForTheThousandAndFirst() {
        Machine machine = Machine.roaming().active();
        for (int i = 0; i < 1_000; i++) {
            machine.after(Duration.ofSeconds(1)).receive("i", new Command.CreateSession(null, null));
            machine.reply(new Reply.SessionOpened(new SessionId("s" + i), Machine.EPOCH, 0, true));
            assertThat(machine.effects).noneMatch(Effect.Unfollow.class::isInstance);
        }
        machine.receive("i", new Command.CreateSession(null, null));
        machine.reply(new Reply.SessionOpened(Machine.C1, Machine.EPOCH, 0, true));
        assertThat(machine.effects).contains(
                new Effect.Unfollow(new SessionId("s0")), new Effect.Follow(Machine.C1, Machine.EPOCH, 0));
    }

    @Test
    void aPingComesBackWithTheConversationThatItNames() {
        Outbound pong = new Outbound("p1", Machine.C2, new Outbound.Pong(null));
        Machine machine = Machine.roaming().active().receive("p1", new Command.Ping(Machine.C2, null));
        machine.opened(null);
        assertThat(machine.effects).as("one that is not there").containsExactly(new Effect.Send(pong));
        machine.receive("p1", new Command.Ping(Machine.C2, null)).opened(new Opening(Machine.position(1, 7), null, null));
        assertThat(machine.effects).containsExactly(
                new Effect.Send(pong), new Effect.Follow(Machine.C2, Machine.EPOCH, 7));
        machine.receive("p1", new Command.Ping(Machine.C2, null));
        assertThat(machine.effects).as("one that is watched").containsExactly(new Effect.Send(pong));
    }

    @Test
    void aTextGoesBackAsItCame() {
        Machine machine = Machine.roaming().active().receive(null, new Command.Echo("hello"));
        assertThat(sent(machine)).containsExactly(new Outbound(null, null, new Outbound.Echo("hello")));
    }
}
