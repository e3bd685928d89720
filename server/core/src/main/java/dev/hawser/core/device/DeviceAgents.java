package dev.hawser.core.device;

import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.EventType;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.RunStatus;
import dev.hawser.core.port.Ledger;
import dev.hawser.core.run.Appended;
import dev.hawser.core.run.Attempts;
import dev.hawser.core.run.Begun;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runs that devices work on: each is given to one device of its user, once, under a lease of this node that is renewed while
 * the wire lives. Safe for all threads.
 */
final class DeviceAgents {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceAgents.class);
    /** Most runs that a device is given when it says hello; the others follow through the queue. */
    private static final int MAX_RUNS = 1_000;
    /** How soon the queue of a shared store hands a run out again that no device here takes. */
    private static final Duration SOON = Duration.ofSeconds(2);

    private final Seats seats;
    private final Ledger ledger;
    private final Attempts attempts;
    private final Set<AgentName> agents;
    private final String owner;
    private final Duration quiet;
    private final boolean shared;
    private final InstantSource clock;
    private final DeviceMeter meter;
    /** Who works on what. */
    private final Map<RunKey, Seat> given = new ConcurrentHashMap<>();

    /**
     * @param agents those of type {@code device}
     * @param owner  names this node in leases
     * @param lease  how long the lease of a run lasts
     * @param shared whether devices may be connected to other nodes of the same store
     */
    DeviceAgents(Seats seats, Ledger ledger, Attempts attempts, Set<AgentName> agents, String owner, Duration lease, boolean shared,
            InstantSource clock, DeviceMeter meter) {
        this.seats = seats;
        this.ledger = ledger;
        this.attempts = attempts;
        this.agents = Set.copyOf(agents);
        this.owner = owner;
        this.quiet = lease.dividedBy(3);
        this.shared = shared;
        this.clock = clock;
        this.meter = meter;
    }

    /** Starts what waits for a device that has just come. Blocks for a look-up. */
    void arrived(Seat seat) {
        Set<AgentName> offered = seat.offer().agents().stream().filter(agents::contains).collect(Collectors.toSet());
        if (!offered.isEmpty()) {
            ledger.queued(seat.key().tenant(), seat.key().user(), offered, clock.instant(), MAX_RUNS)
                    .forEach(run -> start(run, seat));
        }
    }

    /**
     * Starts a run that the queue has handed out, where a device of its user is here; otherwise it is out of the way until one
     * comes. Blocks for a look-up.
     */
    void place(RunKey key) {
        Optional<Run> found =
                ledger.run(key.session().tenant(), key.run()).filter(run -> run.status() == RunStatus.QUEUED);
        if (found.isEmpty() || start(found.get())) {
            return;
        }
        Instant now = clock.instant();
        Duration age = Duration.between(found.get().createdAt(), now);
        Instant until = shared ? now.plus(age.compareTo(SOON) < 0 ? SOON : age) : null;
        attempts.park(key, until).whenComplete((parked, failure) -> {
            if (failure != null) {
                LOG.atWarn().setCause(failure).addKeyValue("run", key.run()).log("a run could not be put aside");
            } else if (parked) {
                // Its device may have come while nobody saw the run.
                start(found.get());
            }
        });
    }

    private boolean start(Run run) {
        Optional<Seat> seat = seats.of(run.key().session().tenant(), run.user()).stream()
                .filter(one -> one.offer().agents().contains(run.agent()))
                .findFirst();
        seat.ifPresent(found -> start(run.key(), found));
        return seat.isPresent();
    }

    private void start(RunKey key, Seat seat) {
        Assignment assignment = new Assignment(key, clock.instant());
        if (given.putIfAbsent(key, seat) != null) {
            return;
        }
        if (!seat.give(assignment)) {
            given.remove(key, seat);
            return;
        }
        attempts.begin(key, owner).whenComplete((begun, failure) -> {
            if (failure != null) {
                LOG.atWarn().setCause(failure).addKeyValue("run", key.run()).log("a run could not be begun on a device");
                forget(seat, key);
            } else {
                begun.ifPresentOrElse(found -> begun(found, assignment, seat), () -> forget(seat, key));
            }
        });
    }

    private void begun(Begun begun, Assignment assignment, Seat seat) {
        if (assignment.begun(begun.run().attempt())) {
            seat.line().start(begun.run());
        } else {
            forget(seat, assignment.key());
            report(attempts.deviceGone(assignment.key(), begun.run().attempt()), assignment.key());
        }
    }

    private Optional<Assignment> forget(Seat seat, RunKey key) {
        given.remove(key, seat);
        return seat.take(key.run());
    }

    /** What the agent on a device has put out. */
    CompletableFuture<?> putOut(Seat seat, RunId run, EventBody event) {
        Optional<Assignment> working = working(seat, run);
        if (working.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        Assignment assignment = working.get();
        boolean terminal = EventType.of(event).terminal();
        if (terminal) {
            forget(seat, assignment.key());
            if (assignment.isCancelled()) {
                return report(attempts.deviceGone(assignment.key(), assignment.attempt()), assignment.key());
            }
        }
        return attempts.append(assignment.key(), assignment.attempt(), assignment.written(event, clock.instant()))
                .handle((appended, failure) -> {
                    if (failure != null) {
                        fail(seat, assignment, Fault.of(Code.STORE_UNAVAILABLE));
                    } else {
                        stored(appended, seat, assignment, terminal);
                    }
                    return null;
                });
    }

    private void stored(Appended appended, Seat seat, Assignment assignment, boolean terminal) {
        switch (appended) {
            case Appended.Stored _ -> { }
            case Appended.Invalid(Fault fault) -> fail(seat, assignment, fault);
            case Appended.Over _, Appended.Stale _, Appended.Missing _ -> {
                meter.dropped(DeviceMeter.Dropped.AGENT_DATA);
                if (!terminal) {
                    taken(assignment.key());
                }
            }
        }
    }

    /** What the agent on a device has put out is no event. */
    CompletableFuture<?> putOutNonsense(Seat seat, RunId run, Fault fault) {
        working(seat, run).ifPresent(assignment -> fail(seat, assignment, fault));
        return CompletableFuture.completedFuture(null);
    }

    private Optional<Assignment> working(Seat seat, RunId run) {
        Optional<Assignment> found = seat.run(run).filter(assignment -> assignment.attempt() > 0);
        if (found.isEmpty()) {
            meter.dropped(DeviceMeter.Dropped.AGENT_DATA);
        }
        return found;
    }

    /** Ends a run that its device goes on with, and tells it. */
    private void fail(Seat seat, Assignment assignment, Fault fault) {
        if (forget(seat, assignment.key()).isPresent()) {
            seat.line().stop(assignment.key().run());
            EventBody failed = new EventBody.RunFailed(fault.code().name(), fault.message());
            report(attempts.append(assignment.key(), assignment.attempt(), List.of(failed)), assignment.key());
        }
    }

    void cancelRequested(RunKey key) {
        Seat seat = given.get(key);
        if (seat != null && seat.run(key.run()).filter(Assignment::cancel).isPresent()) {
            seat.line().stop(key.run());
        }
    }

    /** The run is over, or another's: its device is told to stop. */
    void taken(RunKey key) {
        Seat seat = given.get(key);
        if (seat != null && forget(seat, key).isPresent()) {
            seat.line().stop(key.run());
        }
    }

    /** The device has left. */
    void left(Seat seat) {
        for (Assignment assignment : seat.runs()) {
            int attempt = assignment.leave();
            if (forget(seat, assignment.key()).isPresent() && attempt > 0) {
                report(attempts.deviceGone(assignment.key(), attempt), assignment.key());
            }
        }
    }

    /** Renews the leases of what devices work on in silence. */
    void sweep(Instant now) {
        for (Seat seat : seats.all()) {
            for (Assignment assignment : seat.runs()) {
                if (assignment.quietSince(now.minus(quiet), now)) {
                    attempts.renew(assignment.key(), assignment.attempt()).whenComplete((held, failure) -> {
                        if (failure == null && !held) {
                            taken(assignment.key());
                        }
                    });
                }
            }
        }
    }

    /** Where it fails, the lease lapses, which ends the run as well. */
    private static CompletableFuture<?> report(CompletableFuture<?> end, RunKey key) {
        return end.exceptionally(failure -> {
            LOG.atWarn().setCause(failure).addKeyValue("run", key.run()).log("the end of a device's run was not recorded");
            return null;
        });
    }
}
