package dev.hawser.gateway.edge;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one event loop sweeps: one timer for thousands of connections. For its loop only. */
final class LoopSweeper implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(LoopSweeper.class);

    private Swept[] members = new Swept[64];
    private int size;
    /** Null until somebody asks. */
    private CompletableFuture<Void> emptied;

    void add(Swept member) {
        if (size == members.length) {
            members = Arrays.copyOf(members, size * 2);
        }
        member.place(size);
        members[size++] = member;
    }

    /** Without effect where it is not a member. */
    void remove(Swept member) {
        int place = member.place();
        if (place < 0) {
            return;
        }
        Swept last = members[--size];
        members[size] = null;
        if (last != member) {
            members[place] = last;
            last.place(place);
        }
        member.place(-1);
        if (size == 0 && emptied != null) {
            emptied.complete(null);
        }
    }

    /** Done as soon as there is no member. */
    CompletableFuture<Void> emptied() {
        if (emptied == null) {
            emptied = size == 0 ? CompletableFuture.completedFuture(null) : new CompletableFuture<>();
        }
        return emptied;
    }

    /** Does it to each, backwards, because a member may leave meanwhile. What fails is logged and does not keep the others. */
    void forEach(Consumer<Swept> action) {
        for (int i = size - 1; i >= 0; i--) {
            if (i < size) {
                try {
                    action.accept(members[i]);
                } catch (RuntimeException e) {
                    LOG.error("a connection could not be looked after", e);
                }
            }
        }
    }

    @Override
    public void run() {
        long now = System.nanoTime();
        forEach(member -> member.sweep(now));
    }
}
