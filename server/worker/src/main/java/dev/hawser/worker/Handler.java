package dev.hawser.worker;

/** What an agent does with a run. */
@FunctionalInterface
public interface Handler {
    /**
     * Works on a run until it is done; on a virtual thread of its own, which is interrupted where the run is cancelled, was
     * taken away, or is handed over because the worker drains.
     *
     * @return the result, which Jackson can write as JSON; null for none
     * @throws RunFailedException where the run is to fail with a code and a message that people may see
     * @throws InterruptedException where it was told to stop
     * @throws Exception of any other kind fails the run without telling anybody why
     */
    Object handle(Context context) throws Exception;
}
