package dev.hawser.gateway.identity;

import dev.hawser.core.port.StoreException;
import dev.hawser.gateway.rounds.Rounds;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the connections of users whose membership has ended: when it is told of a change, and once a minute for changes that other
 * nodes were told of. Safe for all threads.
 */
public final class MembershipWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MembershipWatch.class);
    private static final Duration ROUND = Duration.ofMinutes(1);

    private final Membership membership;
    private final List<LiveConnections> live;
    private final Rounds rounds;

    MembershipWatch(Membership membership, List<LiveConnections> live) {
        this.membership = membership;
        this.live = List.copyOf(live);
        rounds = new Rounds("membership", ROUND, () -> check(_ -> true));
        if (membership.changes()) {
            rounds.startLater();
        }
    }

    /**
     * Looks at some users now. Blocks.
     *
     * @return how many connections it has ended
     * @throws StoreException where the memberships cannot be looked up; whom it has not come to stays
     */
    public int check(Predicate<LiveConnections.User> concerned) {
        int closed = 0;
        for (LiveConnections connections : live) {
            for (LiveConnections.User user : connections.users()) {
                if (concerned.test(user) && !membership.holds(user.tenant(), user.user())) {
                    closed += connections.close(user);
                }
            }
        }
        if (closed > 0) {
            LOG.atInfo().addKeyValue("connections", closed).log("connections of former members closed");
        }
        return closed;
    }

    @Override
    public void close() {
        rounds.close();
    }
}
