package dev.hawser.core.simulation;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;

/** Virtual time: what is to happen, in one queue, and the only source of chance. */
final class Schedule implements InstantSource {
    private static final Instant START = Instant.parse("2026-01-31T23:59:00Z");

    private final PriorityQueue<Task> tasks = new PriorityQueue<>();
    private final RandomGenerator random;
    private final boolean tracing;
    private final List<String> trace = new ArrayList<>();
    private long now = START.toEpochMilli();
    private long order;

    private record Task(long at, long order, Runnable body) implements Comparable<Task> {
        @Override
        public int compareTo(Task other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    Schedule(RandomGenerator random, boolean tracing) {
        this.random = random;
        this.tracing = tracing;
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(now);
    }

    @Override
    public long millis() {
        return now;
    }

    /** Milliseconds since the beginning. */
    long elapsed() {
        return now - START.toEpochMilli();
    }

    void in(long millis, Runnable body) {
        tasks.add(new Task(now + millis, order++, body));
    }

    /** Does the next thing; its time becomes the present. */
    void step() {
        Task task = tasks.remove();
        now = Math.max(now, task.at);
        task.body.run();
    }

    /** The clock jumps: everything that is due by then is late. */
    void jump(long millis) {
        now += millis;
        note("the clock jumps by", millis);
    }

    /** Mostly a few milliseconds, sometimes long. */
    long delay() {
        int kind = random.nextInt(100);
        return random.nextInt(kind < 75 ? 5 : kind < 97 ? 60 : 1500);
    }

    boolean chance(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    /** Remembers what happens, where somebody wants to know. */
    void note(Object... parts) {
        if (tracing) {
            StringBuilder line = new StringBuilder().append(elapsed());
            for (Object part : parts) {
                line.append(' ').append(part instanceof byte[] bytes ? new String(bytes) : part);
            }
            trace.add(line.toString());
        }
    }

    List<String> trace() {
        return trace;
    }
}
