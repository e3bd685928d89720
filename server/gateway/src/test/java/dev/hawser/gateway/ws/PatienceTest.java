package dev.hawser.gateway.ws;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PatienceTest {
    private static final int MANY = Patience.CROWD;
    private final Patience patience = new Patience();
    private long now;

    /** One delivery to that many wires, flushed after what patience says. */
    private Duration flush(int wires, int deliveries) {
        Duration wait = patience.before(wires, now);
        for (int i = 0; i < deliveries; i++) {
            patience.delivered();
        }
        now += wait.toNanos() + TimeUnit.MILLISECONDS.toNanos(3);
        patience.flushed(wires, now);
        return wait;
    }

    private void pause(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    @Test
    void doesNotWaitWhereDeliveriesAreFarApart() {
        for (int i = 0; i < 5; i++) {
            assertThat(flush(MANY, 1)).isZero();
            pause(25);
        }
    }

    @Test
    void doesNotWaitForFewWires() {
        for (int i = 0; i < 5; i++) {
            assertThat(flush(MANY - 1, 1)).isZero();
        }
    }

    @Test
    void waitsOnceDeliveriesComeInQuickSuccessionAndWhileThatPays() {
        assertThat(flush(MANY, 1)).isZero();
        pause(1);
        assertThat(flush(MANY, 2)).isEqualTo(Patience.WAIT);
        pause(200);
        assertThat(flush(MANY, 3)).isEqualTo(Patience.WAIT);
        pause(200);
        assertThat(flush(MANY, 1)).isEqualTo(Patience.WAIT);
        pause(200);
        assertThat(flush(MANY, 1)).isZero();
    }
}
