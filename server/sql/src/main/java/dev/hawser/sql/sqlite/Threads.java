package dev.hawser.sql.sqlite;

/** Waiting that an interrupt does not end, but that passes it on. */
final class Threads {
    private Threads() {}

    /** Something that blocks. */
    interface Blocking<T> {
        T get() throws InterruptedException;
    }

    static <T> T uninterrupted(Blocking<T> blocking) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return blocking.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    static void join(Thread thread) {
        uninterrupted(() -> {
            thread.join();
            return null;
        });
    }
}
