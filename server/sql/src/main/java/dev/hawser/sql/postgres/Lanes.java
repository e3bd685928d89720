package dev.hawser.sql.postgres;

import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.port.SessionLog;
import dev.hawser.core.port.StoreException;
import dev.hawser.sql.StoreMetrics;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** The lanes of a node, and who is told what they have done. Safe for all threads. */
final class Lanes implements Lane.News, StoreMetrics, AutoCloseable {
    /** While one waits for its commit, another is at work: more only help where a round trip is long. */
    private static final int COUNT = 4;

    private final List<Lane> lanes = new ArrayList<>(COUNT);
    private final Teller teller = new Teller();
    private final ThreadLocal<List<Job<?>>> held = new ThreadLocal<>();
    private final List<SessionLog.Listener> listeners = new CopyOnWriteArrayList<>();
    private final List<Consumer<Set<AgentName>>> queueListeners = new CopyOnWriteArrayList<>();
    private final LongAdder groups = new LongAdder();
    private final LongAdder works = new LongAdder();
    private final LongAdder events = new LongAdder();
    private volatile long lastGroupNanos;

    private Lanes(List<Sql> connections, Connector connector) {
        InFlight inFlight = new InFlight();
        for (Sql connection : connections) {
            lanes.add(new Lane("store-" + lanes.size(), new Link(connector, connection), inFlight, this));
        }
    }

    static Lanes open(Connector connector) throws SQLException {
        List<Sql> connections = new ArrayList<>(COUNT);
        try {
            while (connections.size() < COUNT) {
                connections.add(Sql.numbered(connector.open()));
            }
        } catch (SQLException e) {
            for (Sql connection : connections) {
                connection.close();
            }
            throw e;
        }
        return new Lanes(connections, connector);
    }

    void listen(SessionLog.Listener listener) {
        listeners.add(listener);
    }

    void whenDue(Consumer<Set<AgentName>> listener) {
        queueListeners.add(listener);
    }

    /** Puts a body in line behind those of the same session. Does not block. */
    <T> CompletableFuture<T> submit(SessionKey session, Job.Body<T> body) {
        Job<T> job = new Job<>(session, body, new CompletableFuture<>());
        List<Job<?>> later = held.get();
        if (later == null) {
            enqueue(job);
        } else {
            later.add(job);
        }
        return job.future();
    }

    private void enqueue(Job<?> job) {
        int hash = job.session().hashCode();
        lanes.get(Math.floorMod(hash ^ hash >>> 16, COUNT)).submit(job);
    }

    /** Puts the bodies that {@code submit} submits on this thread in line when it has returned. */
    void afterwards(Runnable submit) {
        List<Job<?>> later = new ArrayList<>(2);
        List<Job<?>> outer = held.get();
        held.set(later);
        try {
            submit.run();
        } finally {
            held.set(outer);
            if (outer == null) {
                held.remove();
            }
            later.forEach(this::enqueue);
        }
    }

    @Override
    public void committed(Group group, List<Runnable> outcomes, long nanos) {
        groups.increment();
        works.add(outcomes.size());
        events.add(group.events());
        lastGroupNanos = nanos;
        List<Runnable> news = new ArrayList<>(outcomes);
        List<SessionLog.Appended> appended = group.appended();
        if (!appended.isEmpty()) {
            listeners.forEach(listener -> news.add(() -> listener.appended(appended)));
        }
        Set<AgentName> offered = group.offered();
        if (!offered.isEmpty()) {
            queueListeners.forEach(listener -> news.add(() -> listener.accept(offered)));
        }
        teller.tell(news);
    }

    @Override
    public void failed(List<Job<?>> jobs, StoreException failure) {
        List<Runnable> news = new ArrayList<>(jobs.size());
        jobs.forEach(job -> news.add(() -> job.fail(failure)));
        teller.tell(news);
    }

    @Override
    public long groups() {
        return groups.sum();
    }

    @Override
    public long works() {
        return works.sum();
    }

    @Override
    public long events() {
        return events.sum();
    }

    @Override
    public int waiting() {
        return lanes.stream().mapToInt(Lane::waiting).sum();
    }

    @Override
    public long lastGroupNanos() {
        return lastGroupNanos;
    }

    /** Commits what waits and tells of it. Blocks. */
    @Override
    public void close() {
        lanes.forEach(Lane::close);
        teller.close();
    }
}
