package dev.hawser.core.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.core.kit.World;
import dev.hawser.core.model.Position;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.SessionKey;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResumptionTest {

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {
        // first, last, epoch, lastSequence, outcome
        "1, 7, e1, 0, RECOVERED",
        "1, 7, e1, 7, RECOVERED",
        "1, 7, -, 3, RECOVERED",
        "1, 7, e1, 8, AHEAD",
        "1, 0, e1, 0, RECOVERED",
        "1, 0, e1, 1, AHEAD",
        "5, 7, e1, 4, RECOVERED",
        "5, 7, e1, 3, EXPIRED",
        "5, 7, e1, 0, EXPIRED",
        "8, 7, e1, 7, RECOVERED",
        "8, 7, e1, 6, EXPIRED",
        "1, 7, e0, 3, EPOCH_CHANGED",
        "1, 7, e0, 9, EPOCH_CHANGED",
        "5, 7, e0, 1, EPOCH_CHANGED",
        "1, 7, -, -, SNAPSHOT_REQUESTED",
        "1, 7, e0, -, SNAPSHOT_REQUESTED",
        "1, 7, e1, 9223372036854775807, AHEAD",
    })
    void decides(long first, long last, String epoch, Long asked, Resumption outcome) {
        assertThat(Resumption.of(new Position(Machine.EPOCH, first, last), epoch, asked)).isEqualTo(outcome);
    }

    @Test
    void reasonsAreThoseOfTheProtocol() {
        assertThat(Resumption.RECOVERED.reason()).isNull();
        assertThat(Resumption.EPOCH_CHANGED.reason()).isEqualTo("epoch_changed");
        assertThat(Resumption.SNAPSHOT_REQUESTED.reason()).isEqualTo("snapshot_requested");
    }

    private final World world = new World();
    private final SessionKey session = world.session("c1");

    private Optional<Opening> open(String id, Long lastSequence, Effect.Why why) {
        return world.sessions.open(World.ANN, new Effect.Open(null, new SessionId(id), null, lastSequence, why));
    }

    @Test
    void anOpeningSaysWhatTheWireHasToBeToldFirst() {
        world.complete(session);
        Opening live = open("c1", null, Effect.Why.CONNECT).orElseThrow();
        assertThat(live.resumption()).isNull();
        assertThat(live.snapshot()).isNull();
        Opening recovered = open("c1", 1L, Effect.Why.SUBSCRIBE).orElseThrow();
        assertThat(recovered.resumption()).isEqualTo(Resumption.RECOVERED);
        assertThat(recovered.snapshot()).isNull();
        Opening snapshot = open("c1", null, Effect.Why.RESUME).orElseThrow();
        assertThat(snapshot.resumption()).isEqualTo(Resumption.SNAPSHOT_REQUESTED);
        assertThat(snapshot.snapshot().lastSequence()).isEqualTo(3);
        assertThat(open("nope", null, Effect.Why.CONNECT)).isEmpty();
        assertThat(world.sessions.open(World.BOB,
                new Effect.Open(null, session.session(), null, 0L, Effect.Why.CONNECT))).isEmpty();
    }

    @Test
    void whatWasOutrunBeginsAgainWithASnapshot() {
        world.complete(session);
        world.clock.advance(Duration.ofDays(2));
        world.sessions.trim(100, world.clock.instant(), 10);
        Opening opening = open("c1", 0L, Effect.Why.OUTRUN).orElseThrow();
        assertThat(opening.resumption()).isEqualTo(Resumption.EXPIRED);
        assertThat(opening.snapshot().messages()).hasSize(1);
    }
}
