package dev.hawser.sql.group;

/** Waiting that an interrupt does not end, but that passes it on. */
public final class Threads {
    private Threads() {}

    /** Something that blocks. */
    public interface Blocking<T> {
        T get() throws InterruptedException;
    }

    public static <T> T uninterrupted(Blocking<T> blocking) {
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

    public static void join(Thread thread) {
        uninterrupted(() -> {
            thread.join();
            return null;
        });
    }
}
