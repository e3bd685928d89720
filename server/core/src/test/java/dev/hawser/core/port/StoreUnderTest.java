package dev.hawser.core.port;

/**
 * One store as a contract suite sees it.
 *
 * @param close ends it and deletes what it kept
 */
public record StoreUnderTest(Ledger ledger, SessionLog log, RunQueue queue, AutoCloseable close) {
    /** One object that is all three. */
    public static <S extends Ledger & SessionLog & RunQueue> StoreUnderTest of(S store, AutoCloseable close) {
        return new StoreUnderTest(store, store, store, close);
    }
}
