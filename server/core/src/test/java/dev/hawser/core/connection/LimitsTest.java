package dev.hawser.core.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.hawser.core.dialect.Decoded;
import dev.hawser.core.dialect.Outbound;
import dev.hawser.core.model.CloseCode;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Principal;
import dev.hawser.core.model.Reply;
import dev.hawser.core.port.Identity;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a wire may not do for long: be silent, be too fast, talk nonsense, outlive its credential, read too slowly. */
class LimitsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private static Machine ping(Machine machine) {
        return machine.receive("p", new Command.Ping(null));
    }

    @Test
    void aSilentWireIsAskedAndThenClosed() {
        Machine machine = new Machine().active();
        assertThat(machine.after(Duration.ofMillis(29_999)).tick().effects).isEmpty();
        assertThat(machine.connection.due(machine.now)).isFalse();
        machine.after(Duration.ofMillis(1));
        assertThat(machine.connection.due(machine.now)).isTrue();
        assertThat(machine.tick().sent()).containsExactly(new Outbound.Ping());
        assertThat(machine.after(Duration.ofMillis(9_999)).tick().effects).isEmpty();
        assertThat(machine.after(Duration.ofMillis(1)).tick().closes()).containsExactly(CloseCode.NO_HEARTBEAT);
        assertThat(machine.sent()).containsExactly(
                new Outbound.Closing(CloseCode.NO_HEARTBEAT, "no_heartbeat", null));
    }

    @Test
    void anyFrameIsASignOfLife() {
        Machine machine = new Machine().active().after(Duration.ofSeconds(30)).tick();
        assertThat(machine.sent()).hasSize(1);
        machine.after(Duration.ofSeconds(9)).connection.alive(machine.now);
        assertThat(machine.after(Duration.ofSeconds(29)).tick().effects).isEmpty();
        assertThat(machine.after(SECOND).tick().sent()).containsExactly(new Outbound.Ping());
    }

    @Test
    void pingsAreAnswered() {
        Machine machine = new Machine().active().receive("p1", new Command.Ping(TextNode.valueOf("then")));
        assertThat(machine.only(Effect.Send.class).message().answers()).isEqualTo("p1");
        assertThat(machine.sent()).containsExactly(new Outbound.Pong(TextNode.valueOf("then")));
        assertThat(machine.receive("p2", new Command.Pong()).effects).isEmpty();
    }

    @Test
    void anExpiringCredentialIsAnnouncedOnceAndEndsTheWire() {
        Principal principal = Machine.principal("acme", "ann", Machine.START.plusSeconds(60));
        Machine machine = new Machine().upgraded(null).verified(principal);
        machine.after(Duration.ofSeconds(29)).connection.alive(machine.now);
        assertThat(machine.tick().effects).isEmpty();
        machine.after(SECOND);
        assertThat(machine.connection.due(machine.now)).isTrue();
        assertThat(machine.tick().faults()).containsExactly(Code.AUTH_EXPIRED);
        assertThat(machine.tick().effects).isEmpty();
        machine.after(Duration.ofSeconds(29)).connection.alive(machine.now);
        assertThat(machine.tick().effects).isEmpty();
        machine.after(SECOND);
        assertThat(machine.connection.due(machine.now)).isTrue();
        assertThat(machine.tick().closes()).containsExactly(CloseCode.AUTH_EXPIRED);
    }

    @Test
    void aRefreshedCredentialLastsLonger() {
        Machine machine = new Machine().upgraded(null)
                .verified(Machine.principal("acme", "ann", Machine.START.plusSeconds(10))).tick();
        assertThat(machine.faults()).containsExactly(Code.AUTH_EXPIRED);
        machine.receive("a1", new Command.RefreshAuth("secret"));
        assertThat(machine.only(Effect.Verify.class)).isEqualTo(new Effect.Verify("a1", "secret"));
        assertThat(machine.effects.toString()).doesNotContain("secret");
        Principal longer = Machine.principal("acme", "ann", Machine.START.plusSeconds(100));
        machine.on(new Input.Refreshed("a1", new Identity.Verdict.Accepted(longer)));
        assertThat(machine.sent()).containsExactly(new Outbound.AuthRefreshed(longer.expiresAt()));
        assertThat(machine.connection.principal()).contains(longer);
        machine.after(Duration.ofSeconds(11));
        assertThat(machine.tick().effects).isEmpty();
        machine.connection.alive(machine.after(Duration.ofSeconds(60)).now);
        assertThat(machine.tick().faults()).as("announced again").containsExactly(Code.AUTH_EXPIRED);
    }

    @Test
    void aTokenThatIsRefusedOrSomebodyElsesLeavesTheOldOneInForce() {
        Machine machine = new Machine().active();
        Fault invalid = Fault.of(Code.AUTH_INVALID);
        for (Identity.Verdict verdict : List.of(new Identity.Verdict.Refused(invalid, CloseCode.AUTH_INVALID),
                new Identity.Verdict.Accepted(Machine.principal("acme", "bob", Machine.START)),
                new Identity.Verdict.Accepted(Machine.principal("evil", "ann", Machine.START)))) {
            assertThat(machine.on(new Input.Refreshed("a1", verdict)).faults()).containsExactly(Code.AUTH_INVALID);
            assertThat(machine.connection.principal()).contains(Machine.ANN);
            assertThat(machine.connection.state()).isEqualTo(State.ACTIVE);
        }
    }

    @Test
    void tooManyMessagesAreRefusedWithATimeAndHaveNoEffect() {
        Machine machine = new Machine().active();
        for (int i = 0; i < 400; i++) {
            assertThat(ping(machine).faults()).isEmpty();
        }
        machine.say("m1", null);
        assertThat(machine.all(Effect.Execute.class)).isEmpty();
        Outbound.Failed failed = (Outbound.Failed) machine.sent().getFirst();
        assertThat(failed.fault().code()).isEqualTo(Code.RATE_LIMITED);
        assertThat(failed.fault().retryAfter()).isEqualTo(Duration.ofMillis(5));
        assertThat(machine.only(Effect.Send.class).message().answers()).isEqualTo("m1");
        assertThat(ping(machine.after(Duration.ofMillis(5))).faults()).isEmpty();
    }

    /** At twice the allowed rate, until the wire is closed or the time is over. */
    private static Duration flood(Machine machine, Duration most) {
        for (int i = 0; i < 400; i++) {
            ping(machine);
        }
        for (long halves = 0; halves < most.toMillis() * 2 / 5; halves++) {
            ping(machine.after(Duration.ofMillis(halves % 2 * 5)));
            if (machine.connection.state() != State.ACTIVE) {
                return Duration.ofMillis(halves * 5 / 2);
            }
        }
        return null;
    }

    @Test
    void aFloodThatIsKeptUpForTenSecondsEndsTheWire() {
        Machine machine = new Machine().active();
        assertThat(flood(machine, Duration.ofSeconds(20))).isBetween(Duration.ofMillis(9_900), Duration.ofSeconds(10));
        assertThat(machine.closes()).containsExactly(CloseCode.RATE_LIMITED);
        assertThat(machine.faults()).containsExactly(Code.RATE_LIMITED);
    }

    @Test
    void aFloodThatPausesBeginsAnew() {
        Machine machine = new Machine().active();
        assertThat(flood(machine, Duration.ofSeconds(9))).isNull();
        machine.after(Duration.ofSeconds(3));
        assertThat(flood(machine, Duration.ofSeconds(9))).isNull();
        assertThat(machine.connection.state()).isEqualTo(State.ACTIVE);
    }

    @Test
    void theTwentiethBadFrameInARowEndsTheWire() {
        Machine machine = new Machine().active();
        for (int i = 1; i < 20; i++) {
            assertThat(machine.nonsense().faults()).containsExactly(Code.UNKNOWN_TYPE);
            assertThat(machine.closes()).isEmpty();
        }
        machine.nonsense();
        assertThat(machine.faults()).containsExactly(Code.UNKNOWN_TYPE);
        assertThat(machine.closes()).containsExactly(CloseCode.POLICY);
        assertThat(machine.nonsense().effects).isEmpty();
    }

    @Test
    void aGoodFrameForgivesTheBadOnes() {
        Machine machine = new Machine().active();
        for (int round = 0; round < 3; round++) {
            for (int i = 1; i < 20; i++) {
                machine.nonsense();
            }
            ping(machine);
        }
        assertThat(machine.connection.state()).isEqualTo(State.ACTIVE);
    }

    @Test
    void refusedCommandsAreNotBadFrames() {
        Machine machine = new Machine().watching();
        for (int i = 0; i < 25; i++) {
            machine.say("m" + i, null).reply(Reply.Refused.of(Code.NOT_FOUND));
        }
        assertThat(machine.connection.state()).isEqualTo(State.ACTIVE);
    }

    @Test
    void anotherMajorVersionEndsTheWire() {
        Machine machine = new Machine().active().on(new Input.Received(new Decoded.WrongVersion("m1")));
        assertThat(machine.faults()).containsExactly(Code.INVALID_MESSAGE);
        assertThat(machine.closes()).containsExactly(CloseCode.VERSION_MISMATCH);
    }

    @Test
    void aSlowReaderIsDeliveredNothingMoreAndClosed() {
        Machine machine = new Machine().watching().on(new Input.Congested());
        assertThat(machine.effects).containsExactly(
                new Effect.UnfollowAll(), new Effect.Close(CloseCode.RESOURCE_EXHAUSTED, "slow_reader"));
        assertThat(machine.connection.history()).extracting(Transition::to).endsWith(State.PAUSED, State.CLOSING);
        assertThat(machine.on(new Input.Congested()).effects).isEmpty();
    }

    @Test
    void aSlowReaderHasTimeToReadAsFarAsTheCloseFrame() {
        Machine machine = new Machine().watching().on(new Input.Congested());
        assertThat(machine.after(Duration.ofMillis(29_999)).tick().closes()).isEmpty();
        assertThat(machine.connection.due(machine.now)).isFalse();
        machine.after(Duration.ofMillis(1));
        assertThat(machine.connection.due(machine.now)).isTrue();
        assertThat(machine.tick().effects).containsExactly(new Effect.Abort());
    }

    @Test
    void aSlowReaderThatHasGotTheCloseFrameHasTheUsualTimeToAnswer() {
        Machine machine = new Machine().watching().on(new Input.Congested()).after(Duration.ofSeconds(20));
        machine.connection.closeTaken(machine.now);
        assertThat(machine.after(Duration.ofMillis(4_999)).tick().effects).isEmpty();
        assertThat(machine.after(Duration.ofMillis(1)).tick().effects).containsExactly(new Effect.Abort());
    }
}
