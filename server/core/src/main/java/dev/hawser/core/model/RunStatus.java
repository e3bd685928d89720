package dev.hawser.core.model;

import java.util.Locale;

/** Where a run stands: {@code queued → running ⇄ waiting → completed | failed | cancelled | abandoned}. */
public enum RunStatus {
    QUEUED,
    RUNNING,
    WAITING,
    COMPLETED,
    FAILED,
    CANCELLED,
    ABANDONED;

    /** Whether the run is over. Nothing follows a terminal status. */
    public boolean terminal() {
        return switch (this) {
            case QUEUED, RUNNING, WAITING -> false;
            case COMPLETED, FAILED, CANCELLED, ABANDONED -> true;
        };
    }

    /** Whether an attempt of the run is under way, so that it holds its session's turn. */
    public boolean live() {
        return this == RUNNING || this == WAITING;
    }

    /** The name in JSON and in the store. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException where no status has that name */
    public static RunStatus of(String wire) {
        return valueOf(wire.toUpperCase(Locale.ROOT));
    }
}
