package dev.hawser.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.core.kit.World;
import dev.hawser.core.model.Caller;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.ConnectionId;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.Reply;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.Session;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.Snapshot;
import dev.hawser.core.model.Visibility;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SessionsTest {
    private final World world = new World();

    private Reply create(String id) {
        return world.handle(World.ANN, null, new Command.CreateSession(id == null ? null : new SessionId(id), null));
    }

    @Test
    void aSessionIsCreatedOnceAndThenOpened() {
        Reply.SessionOpened created = (Reply.SessionOpened) create("c1");
        assertThat(created.created()).isTrue();
        assertThat(created.lastSequence()).isZero();
        world.send(World.key("c1"));
        assertThat(create("c1")).isEqualTo(new Reply.SessionOpened(created.session(), created.epoch(), 1, false));
        assertThat(create(null)).isNotEqualTo(create(null));
    }

    @Test
    void somebodyElsesIdIsTaken() {
        create("c1");
        assertThat(world.refusal(World.BOB, new Command.CreateSession(new SessionId("c1"), null)))
                .isEqualTo(Code.CONFLICT);
        Reply.SessionOpened other = (Reply.SessionOpened) world.handle(
                World.EVE, null, new Command.CreateSession(new SessionId("c1"), null));
        assertThat(other.created()).as("another tenant's ids are its own").isTrue();
    }

    @Test
    void aRepeatedCreationGetsTheSameAnswer() {
        Command.CreateSession command = new Command.CreateSession(new SessionId("c1"), Json.object().put("a", 1));
        Reply first = world.handle(World.ANN, "n1", command);
        world.send(World.key("c1"));
        assertThat(world.handle(World.ANN, "n1", command)).isEqualTo(first);
        assertThat(world.store.view(World.key("c1")).orElseThrow().session().metadata())
                .isEqualTo(Json.object().put("a", 1));
    }

    @Test
    void aRepeatedCreationWithoutAnIdGetsTheSameAnswer() {
        Command.CreateSession command = new Command.CreateSession(null, null);
        Reply first = world.handle(World.ANN, "n1", command);
        assertThat(world.handle(World.ANN, "n1", command)).isEqualTo(first);
        assertThat(world.handle(World.ANN, "n2", command)).isNotEqualTo(first);
        assertThat(world.handle(World.BOB, "n1", command)).as("another user's").isNotEqualTo(first);
        Caller wire = new Caller(World.ANN, "n1", new ConnectionId("k1"));
        Reply onWire = world.sessions.create(wire, command).join();
        assertThat(onWire).as("wires count for themselves").isNotEqualTo(first);
        assertThat(world.sessions.create(wire, command).join()).isEqualTo(onWire);
    }

    @Test
    void whoSeesASessionDependsOnThePolicy() {
        create("c1");
        SessionId id = new SessionId("c1");
        assertThat(world.sessions.view(World.ANN, id)).isPresent();
        assertThat(world.sessions.view(World.BOB, id)).isEmpty();
        assertThat(world.sessions.view(World.EVE, id)).isEmpty();
        assertThat(world.sessions.list(World.BOB, null, 10).sessions()).isEmpty();
        World shared = new World(Visibility.TENANT, Policy.Concurrency.QUEUE);
        shared.session("c1");
        assertThat(shared.sessions.view(World.BOB, id)).isPresent();
        assertThat(shared.sessions.view(World.EVE, id)).isEmpty();
        assertThat(shared.sessions.list(World.BOB, null, 10).sessions()).extracting(Session::key)
                .containsExactly(World.key("c1"));
        assertThat(shared.sessions.list(World.EVE, null, 10).sessions()).isEmpty();
    }

    @Test
    void aUsersActionOnAnInterfaceIsLoggedWithTheRunUnderWay() {
        SessionKey session = world.session("c1");
        Command.ActOnUi act = new Command.ActOnUi(session.session(), Json.object().put("name", "ok"));
        assertThat(world.handle(World.ANN, "i1", act)).isEqualTo(new Reply.Noted(session.session(), 1));
        assertThat(world.handle(World.ANN, "i1", act)).as("repeated").isEqualTo(new Reply.Noted(session.session(), 1));
        assertThat(world.events(session)).singleElement().extracting(Event::run).isNull();
        RunKey run = world.send(session);
        world.begin(run);
        world.handle(World.ANN, "i2", act);
        assertThat(world.events(session).getLast().run()).isEqualTo(run.run());
        assertThat(world.events(session).getLast().body())
                .isEqualTo(new EventBody.UiAction(Json.object().put("name", "ok"), "ann"));
    }

    @Test
    void anActionNeedsASessionThatTheUserSees() {
        world.session("c1");
        assertThat(world.refusal(World.ANN, new Command.ActOnUi(null, Json.object())))
                .isEqualTo(Code.MISSING_REQUIRED_FIELD);
        for (var principal : List.of(World.BOB, World.EVE)) {
            assertThat(world.refusal(principal, new Command.ActOnUi(new SessionId("c1"), Json.object())))
                    .isEqualTo(Code.NOT_FOUND);
        }
    }

    @Test
    void aSnapshotHoldsMessagesRunsAndOpenQuestions() {
        SessionKey session = world.session("c1");
        RunKey done = world.complete(session);
        RunKey run = world.send(session);
        RunKey queued = world.send(session);
        world.emit(run, world.begin(run), new EventBody.TextDelta("a1", "Let me "),
                World.ask("p1", World.START.plusSeconds(60)));
        Snapshot snapshot = world.sessions.snapshot(session);
        assertThat(snapshot.lastSequence()).isEqualTo(world.events(session).getLast().sequence());
        assertThat(snapshot.messages()).extracting(Snapshot.Message::text)
                .containsExactly("hello", "hello", "hello", "Let me ");
        assertThat(snapshot.runs()).containsExactly(
                new Snapshot.RunLine(done.run().value(), "demo", "completed", World.START),
                new Snapshot.RunLine(run.run().value(), "demo", "waiting", World.START),
                new Snapshot.RunLine(queued.run().value(), "demo", "queued", null));
        assertThat(snapshot.pendingApprovals()).singleElement().satisfies(pending -> {
            assertThat(pending.approvalId()).isEqualTo("p1");
            assertThat(pending.runId()).isEqualTo(run.run().value());
            assertThat(pending.expiresAt()).isEqualTo(World.START.plusSeconds(60));
        });
    }

    private SessionKey chatter(int words) {
        SessionKey session = world.session("c1");
        RunKey run = world.send(session);
        int attempt = world.begin(run);
        List<EventBody> batch = new ArrayList<>();
        for (int i = 0; i < words; i++) {
            batch.add(new EventBody.TextDelta("a1", i % 10 + " "));
        }
        world.attempts.append(run, attempt, batch).join();
        return session;
    }

    @Test
    void aLongFoldKeepsItsResultForTheNextOne() {
        SessionKey session = chatter(2_500);
        Snapshot snapshot = world.sessions.snapshot(session);
        assertThat(world.store.checkpoint(session).sequence()).isEqualTo(2_502);
        assertThat(world.sessions.snapshot(session)).isEqualTo(snapshot);
        assertThat(snapshot.messages().getLast().text()).hasSize(5_000).startsWith("0 1 2 ");
        assertThat(world.store.position(session).orElseThrow().first()).as("nothing is dropped by it").isEqualTo(1);
    }

    @Test
    void trimmingDropsEventsButNoMessage() {
        SessionKey session = chatter(100);
        Snapshot before = world.sessions.snapshot(session);
        assertThat(world.sessions.trim(20, World.START, 10)).isEqualTo(1);
        assertThat(world.store.position(session).orElseThrow().first()).isEqualTo(83);
        assertThat(world.sessions.snapshot(session)).isEqualTo(before);
        assertThat(world.sessions.trim(20, World.START, 10)).isZero();
        world.clock.advance(Duration.ofDays(1));
        assertThat(world.sessions.trim(20, world.clock.instant(), 10)).isEqualTo(1);
        assertThat(world.sessions.events(session, 0, 10)).isEmpty();
        assertThat(world.sessions.position(session).orElseThrow().last()).isEqualTo(102);
        assertThat(world.sessions.snapshot(session)).isEqualTo(before);
    }
}
