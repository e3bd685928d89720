package dev.hawser.core.simulation;

import dev.hawser.core.approval.Approvals;
import dev.hawser.core.connection.ConnectionSettings;
import dev.hawser.core.device.DeviceMeter;
import dev.hawser.core.device.Devices;
import dev.hawser.core.dialect.Dialect;
import dev.hawser.core.dialect.standard.StandardDialect;
import dev.hawser.core.fanout.Hub;
import dev.hawser.core.model.Ids;
import dev.hawser.core.model.Principal;
import dev.hawser.core.routing.Authentication;
import dev.hawser.core.routing.Failures;
import dev.hawser.core.routing.Observation;
import dev.hawser.core.routing.RateLimit;
import dev.hawser.core.routing.Router;
import dev.hawser.core.run.Attempts;
import dev.hawser.core.run.Runs;
import dev.hawser.core.session.Policy;
import dev.hawser.core.session.Sessions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One life of a gateway's process: everything in it is gone when it dies, but not what is on the disk. */
final class Node {
    static final Dialect DIALECT = new StandardDialect();
    static final ConnectionSettings SETTINGS = new ConnectionSettings(
            Duration.ofSeconds(30), Duration.ofSeconds(10), 200, 400, 65_536, Duration.ZERO);

    final Schedule schedule;
    final Disk disk;
    final Judge judge;
    final Ids ids;
    final Hub hub = new Hub();
    final Loop loop;
    final Sessions sessions;
    final Runs runs;
    final Attempts attempts;
    final Approvals approvals;
    final Router router;
    private final Workers workers;
    private final World world;
    private final List<ServerWire> wires = new ArrayList<>();
    private boolean alive = true;

    /** What outlives a node. */
    interface World {
        Faults faults();

        Policy policy();

        Sabotage sabotage();
    }

    Node(World world, Schedule schedule, Disk disk, Judge judge, Ids ids) {
        this.world = world;
        this.schedule = schedule;
        this.disk = disk;
        this.judge = judge;
        this.ids = ids;
        loop = new Loop(hub, new Lane(schedule, this::alive));
        sessions = new Sessions(disk, disk.store, world.policy(), schedule, ids);
        runs = new Runs(disk, sessions, world.policy(), schedule, ids);
        attempts = runs.attempts();
        approvals = new Approvals(disk, world.policy(), schedule);
        Devices devices = new Devices(disk, disk.store.devices(), runs,
                new Devices.Work(Set.of(), "node", world.policy().lease(), false), schedule, ids, DeviceMeter.NONE);
        router = new Router(sessions, runs, approvals, devices, List.of(
                new Observation((_, _, _) -> { }, () -> schedule.millis() * 1_000_000), new Failures(),
                new Authentication(schedule), new RateLimit(200, 400, schedule)));
        workers = new Workers(this);
    }

    /** Takes up what an earlier life left, and begins to work. */
    void start() {
        disk.atOnce(() -> {
            runs.recover();
            disk.revealAll().join();
        });
        runs.listen(workers);
        workers.start();
        tick();
    }

    Faults faults() {
        return world.faults();
    }

    boolean alive() {
        return alive;
    }

    Workers workers() {
        return workers;
    }

    List<ServerWire> wires() {
        return wires;
    }

    /** Whether to do this damage now. */
    boolean sabotaged(Sabotage sabotage) {
        return world.sabotage() == sabotage && schedule.chance(0.2);
    }

    /** Some time from now, on whatever thread, unless the node is dead by then. */
    void later(Runnable task) {
        after(schedule.delay(), task);
    }

    void after(long millis, Runnable task) {
        schedule.in(millis, () -> {
            if (alive) {
                task.run();
            }
        });
    }

    private void tick() {
        List.copyOf(wires).forEach(ServerWire::tick);
        after(1_000, this::tick);
    }

    /** Drops old events of every session after folding them. */
    void trim(int maxEvents) {
        disk.atOnce(() -> sessions.trim(maxEvents, Instant.EPOCH, 10));
    }

    void accept(Line line, Map<String, String> query, Principal principal) {
        ServerWire wire = new ServerWire(this, line);
        line.connect(wire);
        wires.add(wire);
        wire.begin(DIALECT.target(query), principal);
    }

    void gone(ServerWire wire) {
        wires.remove(wire);
    }

    void die() {
        schedule.note("the node dies");
        alive = false;
        disk.crash();
    }
}
