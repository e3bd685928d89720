package dev.hawser.core.port;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.MessageId;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.run.Announcements;
import dev.hawser.core.session.Policy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The guarantees of {@link RunQueue}, for every adapter. */
public abstract class RunQueueContract extends StoreContract {
    private static final Instant HIDDEN = NOW.plusSeconds(30);

    @Test
    void anOfferedRunIsHandedOutOnceUntilItReappears() {
        Run run = offered(created("s"), "r1", 1, AGENT, NOW, null);
        assertThat(claim(NOW)).containsExactly(run.key());
        assertThat(claim(NOW)).isEmpty();
        assertThat(claim(HIDDEN.minusMillis(1))).isEmpty();
        assertThat(claim(HIDDEN)).containsExactly(run.key());
    }

    @Test
    void aWithdrawnRunIsGone() {
        SessionKey key = created("s");
        Run run = offered(key, "r1", 1, AGENT, NOW, null);
        claim(NOW);
        commit(key, tx -> {
            tx.withdraw(run.id());
            tx.withdraw(new RunId("never offered"));
            return null;
        });
        assertThat(claim(HIDDEN.plusSeconds(60))).isEmpty();
    }

    @Test
    void offeringAgainMovesIt() {
        SessionKey key = created("s");
        Run run = offered(key, "r1", 1, AGENT, NOW, NOW.plusSeconds(600));
        assertThat(claim(NOW)).isEmpty();
        commit(key, tx -> {
            tx.offer(run, null);
            return null;
        });
        assertThat(claim(NOW)).containsExactly(run.key());
        assertThat(claim(NOW.plusSeconds(700))).hasSize(1);
    }

    @Test
    void aRunThatWasHandedOutAndIsOfferedForLaterComesBackThenAndNotBefore() {
        SessionKey key = created("s");
        Run run = offered(key, "r1", 1, AGENT, NOW, null);
        claim(NOW);
        Announcements announcements =
                new Announcements(ledger, Policy.of(Set.of(AGENT), AGENT), Duration.ofSeconds(900));
        await(announcements.told(await(announcements.of(run.key())).orElseThrow(), NOW));
        assertThat(claim(NOW.plusSeconds(899))).isEmpty();
        await(queue.revealAll());
        assertThat(claim(NOW.plusSeconds(899))).as("another life of this node").isEmpty();
        assertThat(claim(NOW.plusSeconds(900))).containsExactly(run.key());
    }

    @Test
    void aRunWithATimeWaitsForIt() {
        Run run = offered(created("s"), "r1", 1, AGENT, NOW, NOW.plusSeconds(5));
        assertThat(claim(NOW.plusSeconds(4))).isEmpty();
        await(queue.revealAll());
        assertThat(claim(NOW.plusSeconds(4))).isEmpty();
        assertThat(claim(NOW.plusSeconds(5))).containsExactly(run.key());
    }

    @Test
    void theLongestWaitingComesFirstAndNoMoreThanAskedFor() {
        SessionKey one = created("one");
        SessionKey two = created("two");
        Run third = offered(one, "r3", 1, AGENT, NOW.plusSeconds(3), null);
        Run first = offered(two, "r1", 1, AGENT, NOW.plusSeconds(1), null);
        Run second = offered(one, "r2", 2, AGENT, NOW.plusSeconds(2), null);
        assertThat(await(queue.claim(Set.of(AGENT), 2, NOW.plusSeconds(9), HIDDEN))).containsExactly(first.key(), second.key());
        assertThat(claim(NOW.plusSeconds(9))).containsExactly(third.key());
    }

    @Test
    void onlyRunsOfTheAskedAgentsAreHandedOut() {
        SessionKey key = created("s");
        AgentName other = new AgentName("other");
        Run mine = offered(key, "r1", 1, AGENT, NOW, null);
        Run theirs = offered(key, "r2", 2, other, NOW, null);
        assertThat(claim(NOW)).containsExactly(mine.key());
        assertThat(await(queue.claim(Set.of(other), 10, NOW, HIDDEN))).containsExactly(theirs.key());
        assertThat(await(queue.claim(Set.of(), 10, NOW, HIDDEN))).isEmpty();
    }

    @Test
    void onlyRunsOfTheAskedTenantsAreHandedOut() {
        Run mine = offered(created("s"), "r1", 1, AGENT, NOW, null);
        SessionKey foreign = created(new SessionKey(new TenantId("foreign"), new SessionId("s")));
        Run theirs = offered(foreign, "r1", 1, AGENT, NOW, null);
        TenantId absent = new TenantId("absent");
        assertThat(await(queue.claim(Set.of(AGENT), Set.of(absent), 10, NOW, HIDDEN))).isEmpty();
        assertThat(await(queue.claim(Set.of(AGENT), Set.of(absent, foreign.tenant()), 10, NOW, HIDDEN)))
                .containsExactly(theirs.key());
        assertThat(claim(NOW)).containsExactly(mine.key());
    }

    @Test
    void aStartingNodeMakesHiddenRunsVisible() {
        Run run = offered(created("s"), "r1", 1, AGENT, NOW, null);
        claim(NOW);
        await(queue.revealAll());
        assertThat(claim(NOW)).containsExactly(run.key());
    }

    @Test
    void theListenerIsToldWhichAgentsHaveSomethingToDo() {
        List<AgentName> told = Collections.synchronizedList(new ArrayList<>());
        queue.whenDue(told::addAll);
        SessionKey key = created("s");
        assertThat(told).isEmpty();
        offered(key, "r1", 1, AGENT, NOW, null);
        commit(key, tx -> null);
        assertThat(told).contains(AGENT);
    }

    private List<RunKey> claim(Instant now) {
        return await(queue.claim(Set.of(AGENT), 10, now, HIDDEN));
    }

    private Run offered(SessionKey session, String id, long ordinal, AgentName agent, Instant created, Instant notBefore) {
        Run run = Run.queued(new RunKey(session, new RunId(id)), ordinal, ANN, agent, new MessageId("m-" + id), "t", null,
                created, notBefore);
        commit(session, tx -> {
            tx.save(run);
            tx.offer(run, notBefore);
            return null;
        });
        return run;
    }
}
