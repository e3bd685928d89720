package dev.hawser.gateway;

import dev.hawser.core.port.Connections;
import dev.hawser.core.port.DeviceLedger;
import dev.hawser.core.port.Ledger;
import dev.hawser.core.port.Tickets;
import dev.hawser.core.session.Sessions;
import dev.hawser.gateway.agent.worker.RunBells;
import dev.hawser.gateway.rounds.Rounds;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Now and then trims logs that are too long or too old, and forgets answers, tickets and connections whose time is over. */
final class Janitor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Janitor.class);
    private static final Duration LONGEST_ROUND = Duration.ofMinutes(1);
    private static final Duration SHORTEST_ROUND = Duration.ofSeconds(1);
    private static final int SESSIONS_AT_ONCE = 100;

    private final Sessions sessions;
    private final Ledger ledger;
    private final Tickets tickets;
    private final Connections connections;
    private final DeviceLedger devices;
    private final Duration retention;
    private final int maxEvents;
    private final RunBells bells;
    private final InstantSource clock;
    private final Rounds rounds;

    Janitor(Sessions sessions, Ledger ledger, Tickets tickets, Connections connections, DeviceLedger devices,
            Duration retention, int maxEvents, RunBells bells, InstantSource clock) {
        this.sessions = sessions;
        this.ledger = ledger;
        this.tickets = tickets;
        this.connections = connections;
        this.devices = devices;
        this.retention = retention;
        this.maxEvents = maxEvents;
        this.bells = bells;
        this.clock = clock;
        rounds = new Rounds("janitor", every(retention, maxEvents), this::round);
        rounds.startLater();
    }

    /**
     * The time between rounds: what is kept is at most a tenth too old, and a log that grows by a thousand events a second
     * at most twice too long, but for bounds so narrow that this would be all the time.
     */
    static Duration every(Duration retention, int maxEvents) {
        Duration wanted = Collections.min(List.of(retention.dividedBy(10), Duration.ofMillis(maxEvents), LONGEST_ROUND));
        return wanted.compareTo(SHORTEST_ROUND) < 0 ? SHORTEST_ROUND : wanted;
    }

    /** Does it now. Blocks. Any thread may ask for it. */
    void round() {
        bells.ringAll();
        int trimmed = 0;
        int found = SESSIONS_AT_ONCE;
        while (found == SESSIONS_AT_ONCE && !Thread.currentThread().isInterrupted()) {
            found = sessions.trim(maxEvents, clock.instant().minus(retention), SESSIONS_AT_ONCE);
            trimmed += found;
        }
        int forgotten = ledger.forgetAnswers(clock.instant()).join();
        int expired = tickets.forgetTickets(clock.instant()).join();
        int lost = connections.forgetConnections(clock.instant()).join();
        int calls = devices.forgetCalls(clock.instant()).join();
        if (trimmed + forgotten + expired + lost + calls > 0) {
            LOG.atInfo().addKeyValue("sessions", trimmed).addKeyValue("answers", forgotten)
                    .addKeyValue("tickets", expired).addKeyValue("connections", lost)
                    .addKeyValue("calls", calls).log("tidied up");
        }
    }

    @Override
    public void close() {
        rounds.close();
    }
}
