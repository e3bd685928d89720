package dev.hawser.core.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.core.dialect.Outbound;
import dev.hawser.core.dialect.Target;
import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.ApprovalId;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.Decision;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.MessageId;
import dev.hawser.core.model.Reply;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.RunStatus;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.Snapshot;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which conversation a message means, what a wire watches, and in which order it is told. */
class ConversationsTest {
    private static final Reply.SessionOpened CREATED = new Reply.SessionOpened(Machine.C1, Machine.EPOCH, 0, true);

    private static Reply.RunAccepted accepted(SessionId session, Reply.SessionOpened created) {
        return new Reply.RunAccepted(session, new RunId("r1"), new MessageId("u1"), RunStatus.QUEUED, created);
    }

    private static Effect.Execute execute(Machine machine) {
        return machine.only(Effect.Execute.class);
    }

    @Test
    void theFirstMessageCreatesAConversationThatIsAnnouncedThenAcceptedThenFollowed() {
        Machine machine = new Machine().active().say("m1", null).reply(accepted(Machine.C1, CREATED));
        assertThat(machine.effects).hasSize(3);
        assertThat(machine.sent()).containsExactly(new Outbound.SessionCreated(Machine.EPOCH, 0),
                new Outbound.RunAccepted(new RunId("r1"), new MessageId("u1"), RunStatus.QUEUED));
        assertThat(machine.all(Effect.Send.class)).allMatch(send -> send.message().answers().equals("m1"));
        assertThat(machine.effects.getLast()).isEqualTo(new Effect.Follow(Machine.C1, Machine.EPOCH, 0));
        assertThat(machine.connection.conversation()).contains(Machine.C1);
    }

    @Test
    void messagesWaitWhileTheirConversationIsBeingCreatedAndThenGoThere() {
        Machine machine = new Machine().active().say("m1", null);
        Effect.Execute first = execute(machine);
        assertThat(machine.say("m2", null).effects).isEmpty();
        assertThat(machine.say("m3", null).effects).isEmpty();
        assertThat(machine.receive("p", new Command.Ping(null)).sent()).hasSize(1);
        machine.on(new Input.Replied(first, accepted(Machine.C1, CREATED)));
        assertThat(machine.all(Effect.Execute.class)).extracting(Effect.Execute::answers).containsExactly("m2", "m3");
        assertThat(machine.all(Effect.Execute.class)).extracting(Effect.Execute::command).containsOnly(
                new Command.SendMessage(Machine.C1, "hello", null, null, null));
    }

    @Test
    void whenTheCreationIsRefusedTheNextMessageCreates() {
        Machine machine = new Machine().active().say("m1", null);
        Effect.Execute first = execute(machine);
        machine.say("m2", null).on(new Input.Replied(first, Reply.Refused.of(Code.STORE_UNAVAILABLE)));
        assertThat(machine.faults()).containsExactly(Code.STORE_UNAVAILABLE);
        Effect.Execute second = execute(machine);
        assertThat(((Command.SendMessage) second.command()).session()).isNull();
        assertThat(machine.say("m3", null).effects).isEmpty();
    }

    @Test
    void tooManyWaitingMessagesAreRefused() {
        Machine machine = new Machine(new ConnectionSettings(ConnectionSettings.DEFAULTS.heartbeat(),
                ConnectionSettings.DEFAULTS.heartbeatTimeout(), 10_000, 10_000, 65_536, ConnectionSettings.DEFAULTS.grace()));
        machine.active().say("m", null);
        for (int i = 0; i < 1_000; i++) {
            assertThat(machine.say("m" + i, null).effects).isEmpty();
        }
        assertThat(machine.say("one too many", null).faults()).containsExactly(Code.RATE_LIMITED);
    }

    @Test
    void aRepeatedFirstMessageIsAnsweredWithoutDeliveringAgain() {
        Machine machine = new Machine().active().say("m1", null).reply(accepted(Machine.C1, CREATED));
        machine.say("m1", Machine.C1).reply(accepted(Machine.C1, CREATED));
        assertThat(machine.sent()).hasExactlyElementsOfTypes(Outbound.RunAccepted.class);
        assertThat(machine.all(Effect.Follow.class)).isEmpty();
    }

    @Test
    void aMessageGoesToTheConversationItNamesAndToTheAgentOfTheWire() {
        Machine machine = new Machine();
        machine.on(new Input.Upgraded(new Target.Valid(Machine.C1, null, null, new AgentName("lawyer"))))
                .verified(Machine.ANN).opened(new Opening(Machine.position(1, 0), null, null));
        machine.say("m1", null);
        assertThat(execute(machine).command()).isEqualTo(
                new Command.SendMessage(Machine.C1, "hello", new AgentName("lawyer"), null, null));
        machine.receive("m2", new Command.SendMessage(Machine.C2, "hi", new AgentName("demo"), null, null));
        assertThat(execute(machine).command()).isEqualTo(
                new Command.SendMessage(Machine.C2, "hi", new AgentName("demo"), null, null));
        machine.receive("i1", new Command.ActOnUi(null, Json.object()));
        assertThat(execute(machine).command()).isEqualTo(new Command.ActOnUi(Machine.C1, Json.object()));
    }

    @Test
    void aWireWithoutAConversationWatchesTheOneItNames() {
        Machine machine = new Machine().active().say("m1", Machine.C1);
        Effect.Open open = machine.only(Effect.Open.class);
        assertThat(open.why()).isEqualTo(Effect.Why.MENTION);
        assertThat(machine.all(Effect.Execute.class)).isEmpty();
        machine.say("m2", null);
        assertThat(machine.effects).isEmpty();
        machine.on(new Input.Opened(open, Optional.of(new Opening(Machine.position(1, 7), null, null))));
        assertThat(machine.effects.getFirst()).isEqualTo(new Effect.Follow(Machine.C1, Machine.EPOCH, 7));
        assertThat(machine.all(Effect.Execute.class)).extracting(Effect.Execute::answers).containsExactly("m1", "m2");
    }

    @Test
    void aNamedConversationThatIsNotThereIsAnErrorAndTheNextMessageGoesOn() {
        Machine machine = new Machine().active().say("m1", Machine.C1);
        Effect.Open open = machine.only(Effect.Open.class);
        machine.say("m2", null).on(new Input.Opened(open, Optional.empty()));
        assertThat(machine.faults()).containsExactly(Code.NOT_FOUND);
        assertThat(execute(machine).answers()).isEqualTo("m2");
        assertThat(machine.connection.state()).isEqualTo(State.ACTIVE);
    }

    @Test
    void theFirstConversationStaysTheOneThatIsMeant() {
        Machine machine = new Machine().watching();
        machine.receive("n1", new Command.CreateSession(null, null))
                .reply(new Reply.SessionOpened(Machine.C2, Machine.EPOCH, 0, true));
        assertThat(machine.sent()).containsExactly(new Outbound.SessionCreated(Machine.EPOCH, 0));
        assertThat(machine.only(Effect.Follow.class)).isEqualTo(new Effect.Follow(Machine.C2, Machine.EPOCH, 0));
        assertThat(machine.connection.conversation()).contains(Machine.C1);
    }

    @Test
    void aTakenIdIsAConflictAndARepeatedCreationIsNot() {
        Machine machine = new Machine().active();
        machine.receive("n1", new Command.CreateSession(Machine.C1, null)).reply(CREATED);
        assertThat(machine.all(Effect.Follow.class)).hasSize(1);
        machine.receive("n1", new Command.CreateSession(Machine.C1, null)).reply(CREATED);
        assertThat(machine.sent()).containsExactly(new Outbound.SessionCreated(Machine.EPOCH, 0));
        assertThat(machine.all(Effect.Follow.class)).isEmpty();
        machine.receive("n2", new Command.CreateSession(Machine.C1, null))
                .reply(new Reply.SessionOpened(Machine.C1, Machine.EPOCH, 3, false));
        assertThat(machine.faults()).containsExactly(Code.CONFLICT);
        assertThat(machine.all(Effect.Follow.class)).isEmpty();
    }

    @Test
    void resumeOnAnOpenWireRebasesIt() {
        Machine machine = new Machine().watching().receive("u1", new Command.Resume(Machine.C1, "e1", 4L));
        Effect.Open open = machine.only(Effect.Open.class);
        assertThat(open).isEqualTo(new Effect.Open("u1", Machine.C1, "e1", 4L, Effect.Why.RESUME));
        machine.say("m1", null);
        assertThat(machine.effects).as("held until the resume is answered").isEmpty();
        machine.on(new Input.Opened(
                open, Optional.of(new Opening(Machine.position(1, 8), Resumption.RECOVERED, null))));
        assertThat(machine.sent()).containsExactly(new Outbound.Resumed(Machine.EPOCH, 5, 8, null, null));
        assertThat(machine.effects.get(1)).isEqualTo(new Effect.Follow(Machine.C1, Machine.EPOCH, 4));
        assertThat(execute(machine).answers()).isEqualTo("m1");
    }

    @Test
    void resumeGivesAWireItsConversation() {
        Machine machine = new Machine().active().receive("u1", new Command.Resume(Machine.C1, null, null))
                .opened(new Opening(Machine.position(1, 7), Resumption.SNAPSHOT_REQUESTED,
                        new Snapshot(List.of(), List.of(), List.of(), null, 7)));
        assertThat(machine.connection.conversation()).contains(Machine.C1);
        assertThat(machine.only(Effect.Follow.class).after()).isEqualTo(7);
    }

    @Test
    void anUnknownConversationInAMessageLeavesTheWireOpen() {
        List<Command> all = List.of(new Command.Resume(Machine.C2, null, 1L),
                new Command.Subscribe(Machine.C2, null, null), new Command.Unsubscribe(Machine.C2));
        for (Command command : all) {
            Machine machine = new Machine().watching().receive("u1", command).opened(null);
            assertThat(machine.faults()).as("%s", command).containsExactly(Code.NOT_FOUND);
            assertThat(machine.all(Effect.Send.class).getFirst().message().answers()).isEqualTo("u1");
            assertThat(machine.connection.state()).isEqualTo(State.ACTIVE);
            assertThat(machine.say("m1", null).all(Effect.Execute.class)).hasSize(1);
        }
    }

    @Test
    void subscribeIsAnsweredAndLiveFromThere() {
        Machine machine = new Machine().watching().receive("n1", new Command.Subscribe(Machine.C2, null, null))
                .opened(new Opening(Machine.position(1, 5), null, null));
        assertThat(machine.sent()).containsExactly(new Outbound.Subscribed(Machine.EPOCH, 5));
        assertThat(machine.only(Effect.Follow.class)).isEqualTo(new Effect.Follow(Machine.C2, Machine.EPOCH, 5));
        assertThat(machine.connection.conversation()).contains(Machine.C1);
    }

    @Test
    void subscribeWithAPositionIsAlsoResumed() {
        Machine machine = new Machine().active().receive("n1", new Command.Subscribe(Machine.C2, "e1", 3L))
                .opened(new Opening(Machine.position(1, 5), Resumption.RECOVERED, null));
        assertThat(machine.sent()).containsExactly(new Outbound.Subscribed(Machine.EPOCH, 5),
                new Outbound.Resumed(Machine.EPOCH, 4, 5, null, null));
        assertThat(machine.only(Effect.Follow.class).after()).isEqualTo(3);
        assertThat(machine.connection.conversation()).contains(Machine.C2);
    }

    @Test
    void nothingFollowsTheAnswerToUnsubscribe() {
        Machine machine = new Machine().watching().receive("n1", new Command.Unsubscribe(Machine.C1));
        machine.opened(new Opening(Machine.position(1, 9), null, null));
        assertThat(machine.effects).hasSize(2);
        assertThat(machine.effects.getFirst()).isEqualTo(new Effect.Unfollow(Machine.C1));
        assertThat(machine.sent()).containsExactly(new Outbound.Unsubscribed(Machine.EPOCH, 9));
    }

    @Test
    void whatIsGoneFromTheLogIsMadeUpForByASnapshotWithoutChangingTheConversation() {
        Machine machine = new Machine().watching();
        machine.receive("n1", new Command.Subscribe(Machine.C2, null, null))
                .opened(new Opening(Machine.position(1, 5), null, null));
        machine.on(new Input.Outrun(Machine.C2));
        Snapshot snapshot = new Snapshot(List.of(), List.of(), List.of(), null, 90);
        machine.opened(new Opening(Machine.position(50, 90), Resumption.EXPIRED, snapshot));
        assertThat(machine.sent()).containsExactly(new Outbound.Resumed(Machine.EPOCH, 91, 90, "expired", snapshot));
        assertThat(machine.only(Effect.Follow.class).after()).isEqualTo(90);
        assertThat(machine.connection.conversation()).contains(Machine.C1);
    }

    @Test
    void whatIsNotWatchedAnyMoreIsNotBegunAgain() {
        Machine machine = new Machine().watching().on(new Input.Outrun(Machine.C1));
        Effect.Open outrun = machine.only(Effect.Open.class);
        machine.receive("n1", new Command.Unsubscribe(Machine.C1))
                .opened(new Opening(Machine.position(50, 90), null, null));
        machine.on(new Input.Opened(outrun, Optional.of(new Opening(Machine.position(50, 90), Resumption.EXPIRED,
                new Snapshot(List.of(), List.of(), List.of(), null, 90)))));
        assertThat(machine.effects).isEmpty();
        assertThat(machine.on(new Input.Outrun(Machine.C1)).effects).isEmpty();
    }

    @Test
    void aConversationThatVanishesWhileItIsWatchedIsWatchedNoMore() {
        Machine machine = new Machine().watching().on(new Input.Outrun(Machine.C1)).opened(null);
        assertThat(machine.effects).containsExactly(new Effect.Unfollow(Machine.C1));
        assertThat(machine.connection.state()).isEqualTo(State.ACTIVE);
    }

    @Test
    void answersNameTheConversationThatTheyAreAbout() {
        Machine machine = new Machine().watching();
        machine.receive("x1", new Command.CancelRun(new RunId("r9")))
                .reply(new Reply.RunCancelling(Machine.C2, new RunId("r9"), RunStatus.RUNNING, false));
        assertThat(machine.only(Effect.Send.class).message()).isEqualTo(new Outbound(
                "x1", Machine.C2, new Outbound.RunCancelling(new RunId("r9"), RunStatus.RUNNING, false)));
        machine.receive("d1", new Command.Decide(new ApprovalId("p1"), Decision.Kind.APPROVE, null, null))
                .reply(new Reply.ApprovalRecorded(Machine.C2, new RunId("r1"), new ApprovalId("p1"), Decision.Kind.REJECT, false));
        assertThat(machine.only(Effect.Send.class).message()).isEqualTo(new Outbound("d1", Machine.C2,
                new Outbound.ApprovalRecorded(new RunId("r1"), new ApprovalId("p1"), Decision.Kind.REJECT, false, false)));
        machine.receive("i1", new Command.ActOnUi(null, Json.object())).reply(new Reply.Noted(Machine.C1, 7));
        assertThat(machine.only(Effect.Send.class).message())
                .isEqualTo(new Outbound("i1", Machine.C1, new Outbound.Noted(7)));
    }
}
