package dev.hawser.gateway.edge;

/**
 * Something on an event loop that is looked at about once a second, instead of having timers of its own. For its event loop
 * only.
 */
interface Swept {
    /** Where its loop keeps it, as told by {@link #place(int)}; -1 until then. */
    int place();

    void place(int place);

    /** @param now {@link System#nanoTime} */
    void sweep(long now);
}
