package dev.hawser.core.connection;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The last steps of one connection, packed into a long each: ten thousand idle wires keep one. For one thread. */
final class History {
    /** How many steps are kept. */
    static final int KEPT = 12;

    private long[] steps = new long[4];
    private int size;

    void add(State to, long millis, boolean refused) {
        if (size == KEPT) {
            System.arraycopy(steps, 1, steps, 0, KEPT - 1);
            size--;
        } else if (size == steps.length) {
            steps = Arrays.copyOf(steps, KEPT);
        }
        steps[size++] = millis << 8 | (refused ? 0x80 : 0) | to.ordinal();
    }

    List<Transition> list() {
        List<Transition> list = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            list.add(new Transition(State.values()[(int) (steps[i] & 0x7F)], Instant.ofEpochMilli(steps[i] >> 8),
                    (steps[i] & 0x80) != 0));
        }
        return list;
    }
}
