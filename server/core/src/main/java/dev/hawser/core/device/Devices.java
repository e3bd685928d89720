package dev.hawser.core.device;

import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.Caller;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.DeviceKey;
import dev.hawser.core.model.DeviceOffer;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Ids;
import dev.hawser.core.model.Principal;
import dev.hawser.core.model.Reply;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.ToolCall;
import dev.hawser.core.port.DeviceLedger;
import dev.hawser.core.port.Ledger;
import dev.hawser.core.run.RunSignals;
import dev.hawser.core.run.Runs;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The users' devices that are connected to this node. A device is its user's: it is found, called and given runs only under that
 * user's name, and answers only for what it was given on its present wire. Safe for all threads.
 */
public final class Devices implements RunSignals {
    private static final Logger LOG = LoggerFactory.getLogger(Devices.class);

    private final Seats seats = new Seats();
    private final DeviceLedger ledger;
    private final InstantSource clock;
    private final DeviceMeter meter;
    private final DeviceTools tools;
    private final DeviceAgents agents;

    /**
     * What devices work on.
     *
     * @param agents those of type {@code device}
     * @param owner  names this node in leases
     * @param lease  how long the lease of a run lasts
     * @param shared whether devices may be connected to other nodes of the same store
     */
    public record Work(Set<AgentName> agents, String owner, Duration lease, boolean shared) {}

    /** Listens to the runs from now on, and is where they find devices. */
    public Devices(Ledger runLedger, DeviceLedger ledger, Runs runs, Work work, InstantSource clock, Ids ids,
            DeviceMeter meter) {
        this.ledger = ledger;
        this.clock = clock;
        this.meter = meter;
        this.tools = new DeviceTools(seats, ledger, runs.attempts().toolCalls(), clock, ids, meter);
        this.agents = new DeviceAgents(
                seats, runLedger, runs.attempts(), work.agents(), work.owner(), work.lease(), work.shared(), clock, meter);
        runs.attempts().devices(tools);
        runs.listen(this);
    }

    /** How many are connected. */
    public int connected() {
        return seats.size();
    }

    /** All devices of a tenant that are connected here, in no order. */
    public List<Seat> of(TenantId tenant) {
        return seats.all().stream().filter(seat -> seat.key().tenant().equals(tenant)).toList();
    }

    /** The principal's devices that are connected, the one that said hello last first. */
    public List<Seat> of(Principal principal) {
        return seats.of(principal.tenant(), principal.user());
    }

    /**
     * A device has said hello on a wire of that principal: it is there from now on, in place of whichever wire spoke for it
     * before. {@link #arrived} is to follow. Does not block.
     */
    public Seat hello(Principal principal, DeviceOffer offer, DeviceLine line) {
        DeviceKey key = new DeviceKey(principal.tenant(), principal.user(), offer.device());
        Seat seat = new Seat(key, offer, line, clock.instant());
        seats.put(seat).ifPresent(before -> {
            leave(before);
            before.line().replaced();
        });
        ledger.remember(key, offer, seat.connectedAt()).whenComplete((_, failure) -> {
            if (failure != null) {
                LOG.atWarn().setCause(failure).log("a device could not be remembered");
            }
        });
        return seat;
    }

    /** Gives a device that has said hello what waits for it. Blocks for a look-up. */
    public void arrived(Seat seat) {
        agents.arrived(seat);
    }

    /** Takes what a device says after its hello. What is not its to say has no effect. */
    public CompletableFuture<?> take(Seat seat, Command.OfDevice said) {
        return switch (said) {
            case Command.AnswerTool(var call, var outcome) -> tools.answer(seat, call, outcome);
            case Command.PutOut(var run, var event) -> agents.putOut(seat, run, event);
            case Command.PutOutNonsense(var run, var fault) -> agents.putOutNonsense(seat, run, fault);
            case Command.CompleteRun(var run, var result) ->
                    agents.putOut(seat, run, new EventBody.RunCompleted(result, null, null));
            case Command.FailRun(var run, var message) ->
                    agents.putOut(seat, run, new EventBody.RunFailed(Code.AGENT_ERROR.name(), message));
            case Command.Unknown _ -> {
                meter.dropped(DeviceMeter.Dropped.UNKNOWN_TYPE);
                yield CompletableFuture.completedFuture(null);
            }
            case Command.Hello _ -> throw new IllegalArgumentException("a device says hello once");
        };
    }

    /** The wire is gone, and the device with it, unless another wire speaks for it already. */
    public void gone(Seat seat) {
        seats.remove(seat);
        leave(seat);
    }

    private void leave(Seat seat) {
        seat.leave();
        tools.left(seat);
        agents.left(seat);
    }

    /** Calls a tool on a device of the caller. Completes with its outcome. Blocks for a look-up. */
    public CompletableFuture<Reply> call(Caller caller, Command.CallTool command) {
        return tools.call(caller, command);
    }

    /** Gives a run that the queue has handed out to its user's device, or puts it aside. Blocks for a look-up. */
    public void place(RunKey run) {
        agents.place(run);
    }

    /** Ends what has had no answer in time and renews leases; to be called a few times a second. Does not block. */
    public void sweep(Instant now) {
        tools.sweep(now);
        agents.sweep(now);
    }

    @Override
    public void cancelRequested(RunKey run) {
        agents.cancelRequested(run);
    }

    @Override
    public void ended(RunKey run) {
        agents.taken(run);
    }

    @Override
    public void toolEnded(ToolCall call) {
        tools.ended(call);
    }
}
