package dev.hawser.core.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.core.kit.World;
import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.EventType;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.Reply;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.RunStatus;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.Visibility;
import dev.hawser.core.session.Policy;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AcceptTest {
    private final World world = new World();

    @Test
    void aMessageWithoutASessionBeginsOne() {
        Reply.RunAccepted accepted = (Reply.RunAccepted) world.handle(World.ANN, "m1", World.message(null, "hello"));
        assertThat(accepted.created()).isNotNull();
        assertThat(accepted.status()).isEqualTo(RunStatus.QUEUED);
        SessionKey key = new SessionKey(World.ANN.tenant(), accepted.session());
        assertThat(world.store.view(key).orElseThrow().session().owner()).isEqualTo(World.ANN.user());
        Event event = world.events(key).getFirst();
        assertThat(event.body()).isEqualTo(
                new EventBody.MessageUser(accepted.message().value(), "hello", "ann", null));
        assertThat(event.run()).isEqualTo(accepted.run());
        assertThat(event.time()).isEqualTo(World.START.toEpochMilli());
        assertThat(world.claim()).containsExactly(new RunKey(key, accepted.run()));
    }

    @Test
    void aRepeatedMessageTakesEffectOnceAndGetsTheSameAnswer() {
        SessionKey session = world.session("c1");
        Reply first = world.handle(World.ANN, "m1", World.message(session, "hello"));
        world.clock.advance(Duration.ofHours(1));
        assertThat(world.handle(World.ANN, "m1", World.message(session, "hello"))).isEqualTo(first);
        assertThat(world.events(session)).hasSize(1);
        assertThat(world.claim()).hasSize(1);
        assertThat(world.handle(World.ANN, "m2", World.message(session, "hello"))).isNotEqualTo(first);
        assertThat(world.handle(World.ANN, null, World.message(session, "hello")))
                .isNotEqualTo(world.handle(World.ANN, null, World.message(session, "hello")));
    }

    @Test
    void theSameIdOfAnotherUserIsAnotherCommand() {
        World shared = new World(Visibility.TENANT, Policy.Concurrency.QUEUE);
        SessionKey session = shared.session("c1");
        Reply anns = shared.handle(World.ANN, "m1", World.message(session, "hello"));
        Reply bobs = shared.handle(World.BOB, "m1", World.message(session, "hello"));
        assertThat(bobs).isInstanceOf(Reply.RunAccepted.class).isNotEqualTo(anns);
    }

    @Test
    void anAnswerIsForgottenAfterADay() {
        SessionKey session = world.session("c1");
        Reply first = world.handle(World.ANN, "m1", World.message(session, "hello"));
        assertThat(world.store.forgetAnswers(World.START.plus(Duration.ofHours(23))).join()).isZero();
        assertThat(world.store.forgetAnswers(World.START.plus(Duration.ofHours(24))).join()).isEqualTo(1);
        assertThat(world.handle(World.ANN, "m1", World.message(session, "hello"))).isNotEqualTo(first);
    }

    @Test
    void aRefusalIsNotKept() {
        World rejecting = new World(Visibility.OWNER, Policy.Concurrency.REJECT);
        SessionKey session = rejecting.session("c1");
        RunKey run = rejecting.send(session);
        assertThat(rejecting.handle(World.ANN, "m1", World.message(session, "x"))).isInstanceOf(Reply.Refused.class);
        rejecting.emit(run, rejecting.begin(run), new EventBody.RunCompleted(null, null, null));
        assertThat(rejecting.handle(World.ANN, "m1", World.message(session, "x")))
                .isInstanceOf(Reply.RunAccepted.class);
    }

    @Test
    void whatIsForeignLooksMissing() {
        SessionKey session = world.session("c1");
        assertThat(world.refusal(World.BOB, World.message(session, "x"))).isEqualTo(Code.NOT_FOUND);
        assertThat(world.refusal(World.EVE, World.message(session, "x"))).isEqualTo(Code.NOT_FOUND);
        assertThat(world.refusal(World.ANN, World.message(World.key("nope"), "x"))).isEqualTo(Code.NOT_FOUND);
        assertThat(world.events(session)).isEmpty();
        World shared = new World(Visibility.TENANT, Policy.Concurrency.QUEUE);
        assertThat(shared.handle(World.BOB, null, World.message(shared.session("c1"), "x")))
                .isInstanceOf(Reply.RunAccepted.class);
        assertThat(shared.refusal(World.EVE, World.message(World.key("c1"), "x"))).isEqualTo(Code.NOT_FOUND);
    }

    @Test
    void anUnknownAgentIsRefusedAndNothingIsLogged() {
        SessionKey session = world.session("c1");
        Command.SendMessage unknown = new Command.SendMessage(
                session.session(), "x", new AgentName("nobody"), null, null);
        assertThat(world.refusal(World.ANN, unknown)).isEqualTo(Code.NOT_FOUND);
        assertThat(world.events(session)).isEmpty();
    }

    @Test
    void agentAndMetadataAreKeptWithTheRun() {
        SessionKey session = world.session("c1");
        RunKey run = world.send(new Command.SendMessage(
                session.session(), "x", World.LAWYER, Json.object().put("page", 3), null));
        assertThat(world.run(run).agent()).isEqualTo(World.LAWYER);
        assertThat(world.run(run).metadata()).isEqualTo(Json.object().put("page", 3));
        assertThat(((EventBody.MessageUser) world.events(session).getFirst().body()).metadata())
                .isEqualTo(Json.object().put("page", 3));
    }

    @Test
    void runsOfOneSessionGoOneAfterAnother() {
        SessionKey session = world.session("c1");
        RunKey first = world.send(session);
        RunKey second = world.send(session);
        RunKey third = world.send(session);
        assertThat(world.claim()).containsExactly(first);
        int attempt = world.begin(first);
        assertThat(world.tryBegin(second)).as("out of turn").isEmpty();
        world.emit(first, attempt, new EventBody.RunCompleted(null, null, null));
        assertThat(world.claim()).containsExactly(second);
        world.begin(second);
        assertThat(world.claim()).isEmpty();
        world.handle(World.ANN, null, new Command.CancelRun(second.run()));
        world.attempts.stopped(second, 1).join();
        assertThat(world.claim()).containsExactly(third);
    }

    @Test
    void runsOfOneSessionGoBesideEachOtherWhereThatIsThePolicy() {
        World parallel = new World(Visibility.OWNER, Policy.Concurrency.PARALLEL);
        SessionKey session = parallel.session("c1");
        RunKey first = parallel.send(session);
        RunKey second = parallel.send(session);
        assertThat(parallel.claim()).containsExactly(first, second);
        parallel.begin(first);
        parallel.begin(second);
        assertThat(parallel.store.view(session).orElseThrow().runs()).allMatch(run -> run.status() == RunStatus.RUNNING);
    }

    @Test
    void aSecondRunIsRefusedWhereThatIsThePolicy() {
        World rejecting = new World(Visibility.OWNER, Policy.Concurrency.REJECT);
        SessionKey session = rejecting.session("c1");
        RunKey run = rejecting.send(session);
        assertThat(rejecting.refusal(World.ANN, World.message(session, "x"))).isEqualTo(Code.CONFLICT);
        int attempt = rejecting.begin(run);
        assertThat(rejecting.refusal(World.ANN, World.message(session, "x"))).isEqualTo(Code.CONFLICT);
        rejecting.emit(run, attempt, World.ask(null, null));
        assertThat(rejecting.refusal(World.ANN, World.message(session, "x"))).isEqualTo(Code.CONFLICT);
        rejecting.emit(run, attempt, new EventBody.RunCompleted(null, null, null));
        rejecting.send(session);
        assertThat(rejecting.events(session).stream().filter(event -> event.type() == EventType.MESSAGE_USER)).hasSize(2);
    }

    @Test
    void aScheduledRunWaitsForItsTimeAndLetsOthersPass() {
        SessionKey session = world.session("c1");
        RunKey later = world.send(World.scheduled(session, World.START.plusSeconds(60)));
        assertThat(world.status(later)).isEqualTo(RunStatus.QUEUED);
        assertThat(world.claim()).isEmpty();
        world.complete(session);
        world.clock.advance(Duration.ofSeconds(60));
        assertThat(world.claim()).containsExactly(later);
        assertThat(world.begin(later)).isEqualTo(1);
    }

    @Test
    void aScheduledRunThatBecomesDueWhileAnotherRunsGoesNext() {
        SessionKey session = world.session("c1");
        RunKey later = world.send(World.scheduled(session, World.START.plusSeconds(60)));
        RunKey other = world.send(session);
        int attempt = world.begin(other);
        world.clock.advance(Duration.ofSeconds(60));
        assertThat(world.claim()).containsExactly(later);
        assertThat(world.tryBegin(later)).isEmpty();
        assertThat(world.claim()).as("hidden for now").isEmpty();
        world.emit(other, attempt, new EventBody.RunCompleted(null, null, null));
        assertThat(world.claim()).containsExactly(later);
    }

    /** The end's clock was read before the scheduled run was due, its commit came after the refused start. */
    @Test
    void aScheduledRunIsNotForgottenWhenAnEndIsSlow() {
        SessionKey session = world.session("c1");
        RunKey later = world.send(World.scheduled(session, World.START.plusSeconds(60)));
        RunKey other = world.send(session);
        int attempt = world.begin(other);
        world.clock.advance(Duration.ofSeconds(60));
        assertThat(world.claim()).containsExactly(later);
        assertThat(world.tryBegin(later)).isEmpty();
        world.clock.set(World.START.plusSeconds(59));
        world.emit(other, attempt, new EventBody.RunCompleted(null, null, null));
        world.clock.set(World.START.plusSeconds(180));
        assertThat(world.claim()).containsExactly(later);
        assertThat(world.begin(later)).isEqualTo(1);
    }
}
