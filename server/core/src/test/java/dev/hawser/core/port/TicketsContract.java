package dev.hawser.core.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.Ticket;
import dev.hawser.core.model.UserId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The guarantees of {@link Tickets}, for every adapter. */
public abstract class TicketsContract extends PortContract<Tickets> {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final Instant UNTIL = NOW.plusSeconds(30);
    private static final TenantId ACME = new TenantId("acme");
    private static final TenantId OTHER = new TenantId("other");
    private static final UserId ANN = new UserId("ann");
    private static final UserId BOB = new UserId("bob");
    private static final int MANY = 100;

    private static String digest(int number) {
        return String.format("%064x", number);
    }

    private static Ticket ticket(int number) {
        return new Ticket(ACME, digest(number), ANN, NOW.plusSeconds(3600), UNTIL);
    }

    private boolean keep(Ticket ticket) {
        return StoreContract.await(port.keep(ticket, MANY, NOW));
    }

    private Optional<Ticket> redeem(TenantId tenant, int number, Instant now) {
        return StoreContract.await(port.redeem(tenant, digest(number), now));
    }

    @Test
    void aTicketIsRedeemedOnce() {
        assertThat(keep(ticket(1))).isTrue();
        assertThat(redeem(ACME, 1, NOW)).contains(ticket(1));
        assertThat(redeem(ACME, 1, NOW)).isEmpty();
    }

    @Test
    void anEndlessCredentialStaysEndless() {
        Ticket endless = new Ticket(ACME, digest(1), ANN, Instant.MAX, UNTIL);
        keep(endless);
        assertThat(redeem(ACME, 1, NOW)).contains(endless);
    }

    @Test
    void aTicketThatWasNeverKeptIsWorthNothing() {
        keep(ticket(1));
        assertThat(redeem(ACME, 2, NOW)).isEmpty();
    }

    @Test
    void aTicketOfAnotherTenantIsWorthNothingAndStaysWhole() {
        keep(ticket(1));
        assertThat(redeem(OTHER, 1, NOW)).isEmpty();
        assertThat(redeem(ACME, 1, NOW)).isPresent();
    }

    @Test
    void tenantsKeepTheSameDigestApart() {
        Ticket theirs = new Ticket(OTHER, digest(1), BOB, Instant.MAX, UNTIL);
        keep(ticket(1));
        keep(theirs);
        assertThat(redeem(OTHER, 1, NOW)).contains(theirs);
        assertThat(redeem(ACME, 1, NOW)).contains(ticket(1));
    }

    @Test
    void aDigestIsKeptOnce() {
        keep(ticket(1));
        Ticket again = new Ticket(ACME, digest(1), BOB, Instant.MAX, UNTIL);
        assertThatThrownBy(() -> keep(again)).isInstanceOf(IllegalStateException.class);
        assertThat(redeem(ACME, 1, NOW)).contains(ticket(1));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 1, 60_000})
    void itsTimeEndsAtTheGivenMoment(long millisAfterItsEnd) {
        keep(ticket(1));
        assertThat(redeem(ACME, 1, UNTIL.plusMillis(millisAfterItsEnd)).isPresent()).isEqualTo(millisAfterItsEnd < 0);
    }

    @Test
    void theExpiredAreForgottenAndTheOthersKept() {
        keep(ticket(1));
        keep(new Ticket(OTHER, digest(2), BOB, Instant.MAX, UNTIL));
        keep(new Ticket(ACME, digest(3), ANN, Instant.MAX, UNTIL.plusMillis(1)));
        assertThat(StoreContract.await(port.forgetTickets(UNTIL.minusMillis(1)))).isZero();
        assertThat(StoreContract.await(port.forgetTickets(UNTIL))).isEqualTo(2);
        assertThat(redeem(ACME, 1, NOW)).isEmpty();
        assertThat(redeem(ACME, 3, UNTIL)).isPresent();
    }

    @Test
    void aUserHasOnlySoMany() {
        for (int i = 0; i < 3; i++) {
            assertThat(StoreContract.await(port.keep(ticket(i), 3, NOW))).isTrue();
        }
        assertThat(StoreContract.await(port.keep(ticket(3), 3, NOW))).isFalse();
        assertThat(redeem(ACME, 3, NOW)).isEmpty();
        Ticket bobs = new Ticket(ACME, digest(4), BOB, Instant.MAX, UNTIL);
        Ticket namesake = new Ticket(OTHER, digest(5), ANN, Instant.MAX, UNTIL);
        assertThat(StoreContract.await(port.keep(bobs, 3, NOW))).isTrue();
        assertThat(StoreContract.await(port.keep(namesake, 3, NOW))).isTrue();
        redeem(ACME, 0, NOW);
        assertThat(StoreContract.await(port.keep(ticket(6), 3, NOW))).isTrue();
        assertThat(StoreContract.await(port.keep(ticket(7), 3, NOW))).isFalse();
    }

    @Test
    void thoseWhoseTimeIsOverDoNotCount() {
        assertThat(StoreContract.await(port.keep(ticket(1), 1, NOW))).isTrue();
        Ticket later = new Ticket(ACME, digest(2), ANN, Instant.MAX, UNTIL.plusSeconds(30));
        assertThat(StoreContract.await(port.keep(later, 1, UNTIL.minusMillis(1)))).isFalse();
        assertThat(StoreContract.await(port.keep(later, 1, UNTIL))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 32})
    void ofManyAtOnceOneWins(int callers) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(callers)) {
            for (int round = 0; round < 20; round++) {
                keep(ticket(round));
                CountDownLatch start = new CountDownLatch(1);
                String digest = digest(round);
                List<Future<CompletableFuture<Optional<Ticket>>>> asked = new ArrayList<>();
                for (int i = 0; i < callers; i++) {
                    asked.add(threads.submit(() -> {
                        start.await();
                        return port.redeem(ACME, digest, NOW);
                    }));
                }
                start.countDown();
                int winners = 0;
                for (Future<CompletableFuture<Optional<Ticket>>> answer : asked) {
                    winners += StoreContract.await(answer.get(60, TimeUnit.SECONDS)).isPresent() ? 1 : 0;
                }
                assertThat(winners).as("winners of round %d", round).isEqualTo(1);
            }
        }
    }
}
