package dev.hawser.gateway;

import dev.hawser.core.fanout.Presence;
import dev.hawser.core.run.Departures;
import dev.hawser.core.run.OnDisconnect;
import dev.hawser.core.run.Runs;
import dev.hawser.gateway.config.DisconnectConfig;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has {@link Departures} take effect in time: at once where they may, and several times a second while a grace runs. */
final class Departing implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Departing.class);
    private static final Duration ROUND = Duration.ofMillis(250);

    private final Semaphore more = new Semaphore(0);
    private final Departures departures;
    private volatile Presence presence;
    private final Thread thread;

    Departing(Runs runs, InstantSource clock) {
        departures = new Departures(runs, clock, more::release);
        thread = Thread.ofVirtual().name("departures").unstarted(this::run);
    }

    Departures departures() {
        return departures;
    }

    /** Call it once. */
    void start(Presence presence) {
        this.presence = presence;
        thread.start();
    }

    private void run() {
        try {
            while (true) {
                if (departures.pending() == 0) {
                    more.acquire();
                } else if (!more.tryAcquire(ROUND.toMillis(), TimeUnit.MILLISECONDS)) {
                    LOG.atTrace().log("a grace may have ended");
                }
                more.drainPermits();
                round();
            }
        } catch (InterruptedException e) {
            LOG.atDebug().log("departures end");
        }
    }

    private void round() {
        try {
            departures.round((session, user) -> presence.watchers(session).containsKey(user));
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("departures could not be looked at; trying again in a while");
        }
    }

    static OnDisconnect policy(DisconnectConfig config) {
        return switch (config.policy()) {
            case KEEP -> new OnDisconnect.Keep();
            case GRACE -> new OnDisconnect.Grace(config.grace());
            case ABANDON -> new OnDisconnect.Abandon();
        };
    }

    @Override
    public void close() {
        departures.stop();
        thread.interrupt();
    }
}
