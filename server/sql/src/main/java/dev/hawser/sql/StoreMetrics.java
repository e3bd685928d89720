package dev.hawser.sql;

/** What a store has done since it was opened. Each figure is read on its own. */
public interface StoreMetrics {
    /** Group commits. */
    long groups();

    /** Transactions in them. */
    long works();

    /** Events appended. */
    long events();

    /** Transactions that wait for the next group. */
    int waiting();

    /** How long the last group took from its first statement until it was durable, in nanoseconds. */
    long lastGroupNanos();
}
