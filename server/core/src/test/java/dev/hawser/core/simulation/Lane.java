package dev.hawser.core.simulation;

import java.util.function.BooleanSupplier;

/** A way on which things arrive late, but in the order in which they were sent, while it is open. */
final class Lane {
    private final Schedule schedule;
    private final BooleanSupplier open;
    private long free;

    Lane(Schedule schedule, BooleanSupplier open) {
        this.schedule = schedule;
        this.open = open;
    }

    void send(Runnable arrival) {
        free = Math.max(free, schedule.millis() + schedule.delay());
        schedule.in(free - schedule.millis(), () -> {
            if (open.getAsBoolean()) {
                arrival.run();
            }
        });
    }
}
