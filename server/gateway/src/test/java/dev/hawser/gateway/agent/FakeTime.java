package dev.hawser.gateway.agent;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A clock that moves only by what is slept on it. */
public final class FakeTime implements InstantSource, Sleeper {
    public static final Instant START = Instant.parse("2026-01-31T12:00:00Z");

    public final List<Duration> slept = new CopyOnWriteArrayList<>();
    private volatile Instant now = START;

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public void sleep(Duration time) {
        slept.add(time);
        advance(time);
    }

    public synchronized void advance(Duration time) {
        now = now.plus(time);
    }
}
