package dev.hawser.bench.scenario;

/** Events were lost, doubled or out of order: the round gives no figure. */
public final class LostEvents extends RuntimeException {
    private static final long serialVersionUID = 1;

    LostEvents(String message) {
        super(message);
    }
}
