package dev.hawser.gateway.peer;

import static dev.hawser.gateway.peer.Limits.cidr;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.gateway.peer.AddressLimits.Entrance;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AddressLimitsTest {
    private static final InetAddress ONE = address("203.0.113.1");
    private static final InetAddress OTHER = address("203.0.113.2");

    private final List<String> refusals = new ArrayList<>();
    private long now = -5_000_000_000L;

    private static InetAddress address(String text) {
        return IpAddresses.parse(text).orElseThrow();
    }

    private AddressLimits limits(int most) {
        return new AddressLimits(
                new AddressSettings(4, 2, 3, 10, 5, 1, List.of(cidr("127.0.0.0/8"))), () -> now, refusals::add, most);
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    @Test
    void countsWhatIsOpenAndHasAFewPlacesForThoseWhoAreSentAway() {
        AddressLimits limits = limits(100);
        for (int i = 0; i < 4; i++) {
            assertThat(limits.enter(ONE)).isEqualTo(Entrance.FREE);
        }
        for (int i = 0; i < 17; i++) {
            assertThat(limits.enter(ONE)).isEqualTo(Entrance.FULL);
        }
        assertThat(limits.enter(ONE)).isEqualTo(Entrance.SHUT);
        assertThat(limits.enter(OTHER)).isEqualTo(Entrance.FREE);
        for (int i = 0; i < 18; i++) {
            limits.leave(ONE);
        }
        assertThat(limits.enter(ONE)).isEqualTo(Entrance.FREE);
        assertThat(limits.enter(ONE)).isEqualTo(Entrance.FULL);
        assertThat(refusals).hasSize(19).containsOnly("address_connections");
    }

    @Test
    void letsABurstThroughAndThenTheRate() {
        AddressLimits limits = limits(100);
        for (int i = 0; i < 3; i++) {
            assertThat(limits.handshake(ONE)).isZero();
        }
        assertThat(limits.handshake(ONE)).isEqualTo(Duration.ofMillis(500));
        assertThat(limits.handshake(OTHER)).isZero();
        pass(Duration.ofMillis(499));
        assertThat(limits.handshake(ONE)).isPositive();
        pass(Duration.ofMillis(2));
        assertThat(limits.handshake(ONE)).isZero();
        pass(Duration.ofHours(1));
        for (int i = 0; i < 3; i++) {
            assertThat(limits.handshake(ONE)).isZero();
        }
        assertThat(limits.handshake(ONE)).isPositive();
        assertThat(limits.request(ONE)).as("requests have a rate of their own").isZero();
        assertThat(refusals).hasSize(3).containsOnly("address_handshakes");
    }

    @Test
    void countsANetworkOfIpv6AsOneAddress() {
        AddressLimits limits = limits(100);
        for (int i = 0; i < 5; i++) {
            assertThat(limits.request(address("2001:db8:1:2::" + (i + 1)))).isZero();
        }
        assertThat(limits.request(address("2001:db8:1:2:ffff::1"))).isPositive();
        assertThat(limits.request(address("2001:db8:1:3::1"))).isZero();
        assertThat(refusals).containsExactly("address_requests");
    }

    @Test
    void holdsRefusalsBackTheLongerTheMoreThereAre() {
        AddressLimits limits = limits(100);
        for (int i = 0; i < 10; i++) {
            assertThat(limits.failure(ONE)).isZero();
        }
        for (int i = 1; i <= 5; i++) {
            assertThat(limits.failure(ONE)).as("each waits for its own turn").isEqualTo(Duration.ofSeconds(i));
        }
        for (int i = 0; i < 100; i++) {
            assertThat(limits.failure(ONE)).isEqualTo(AddressLimits.MAX_DELAY);
        }
        assertThat(limits.failure(OTHER)).isZero();
        pass(Duration.ofSeconds(6));
        assertThat(limits.failure(ONE)).as("what was not lent need not be paid back").isZero();
        assertThat(refusals).hasSize(105).containsOnly("address_failures");
    }

    @Test
    void leavesExemptAddressesAlone() {
        AddressLimits limits = limits(100);
        for (int i = 0; i < 1_000; i++) {
            assertThat(limits.enter(address("127.0.0.5"))).isEqualTo(Entrance.FREE);
            assertThat(limits.handshake(address("::ffff:127.0.0.5"))).isZero();
            assertThat(limits.failure(address("127.0.0.5"))).isZero();
        }
        limits.leave(address("127.0.0.5"));
        assertThat(limits.size()).isZero();
    }

    @Test
    void remembersABoundedNumberAndForgetsTheIdleOnes() {
        AddressLimits limits = limits(50);
        assertThat(limits.enter(ONE)).isEqualTo(Entrance.FREE);
        for (int i = 0; i < 4; i++) {
            limits.handshake(OTHER);
        }
        for (int i = 0; i < 10_000; i++) {
            limits.request(address("198.18." + i / 256 + "." + i % 256));
            limits.handshake(OTHER);
        }
        assertThat(limits.size()).isEqualTo(50);
        assertThat(limits.handshake(OTHER)).as("who keeps coming is not forgotten").isPositive();
        for (int i = 1; i < 4; i++) {
            limits.enter(ONE);
        }
        assertThat(limits.enter(ONE)).as("nor who has something open").isEqualTo(Entrance.FULL);
    }

    @Test
    void keepsCountWhereMoreAreOpenThanItWouldRemember() {
        AddressLimits limits = limits(50);
        for (int i = 0; i < 200; i++) {
            assertThat(limits.enter(address("198.18.0." + i))).isEqualTo(Entrance.FREE);
        }
        for (int i = 0; i < 200; i++) {
            limits.leave(address("198.18.0." + i));
        }
        for (int i = 0; i < 200; i++) {
            limits.request(ONE);
            limits.request(address("198.19.0." + i));
        }
        assertThat(limits.size()).isLessThanOrEqualTo(51);
    }
}
