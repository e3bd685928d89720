package dev.hawser.core.device;

import dev.hawser.core.model.Caller;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.DeviceId;
import dev.hawser.core.model.DeviceKey;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Ids;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.Reply;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.ToolCall;
import dev.hawser.core.model.ToolCallId;
import dev.hawser.core.model.ToolOutcome;
import dev.hawser.core.model.UserId;
import dev.hawser.core.port.DeviceLedger;
import dev.hawser.core.run.DeviceDesk;
import dev.hawser.core.run.ToolCalls;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The calls of tools on the devices that are connected here: each handed over once, ended once. Safe for all threads. */
final class DeviceTools implements DeviceDesk {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceTools.class);
    /** How long a repeated command is told how it ended. */
    private static final Duration KEPT = Duration.ofHours(24);

    private final Seats seats;
    private final DeviceLedger ledger;
    private final ToolCalls ofRuns;
    private final InstantSource clock;
    private final Ids ids;
    private final DeviceMeter meter;
    /** Calls that people have asked for and wait for here. */
    private final Map<Name, Waiting> waiting = new ConcurrentHashMap<>();

    private record Name(TenantId tenant, ToolCallId call) {
        static Name of(ToolCall call) {
            return new Name(call.tenant(), call.id());
        }
    }

    private record Waiting(ToolCall call, CompletableFuture<ToolOutcome> outcome) {}

    DeviceTools(Seats seats, DeviceLedger ledger, ToolCalls ofRuns, InstantSource clock, Ids ids, DeviceMeter meter) {
        this.seats = seats;
        this.ledger = ledger;
        this.ofRuns = ofRuns;
        this.clock = clock;
        this.ids = ids;
        this.meter = meter;
    }

    @Override
    public Optional<DeviceId> offering(TenantId tenant, UserId user, String wanted, String tool) {
        return seats.of(tenant, user).stream()
                .filter(seat -> wanted.equals(DeviceId.ANY) || wanted.equals(seat.key().device().value()))
                .filter(seat -> seat.offer().offers(tool) && !seat.isFull())
                .map(seat -> seat.key().device())
                .findFirst();
    }

    @Override
    public void hand(ToolCall call) {
        Optional<Seat> seat = seats.find(call.device());
        if (seat.isPresent() && seat.get().give(call)) {
            seat.get().line().call(call);
        } else {
            end(call, offline());
        }
    }

    /** A person's call of a tool. Blocks for a look-up where the device is away. */
    CompletableFuture<Reply> call(Caller caller, Command.CallTool command) {
        DeviceKey device =
                new DeviceKey(caller.principal().tenant(), caller.principal().user(), command.device());
        Instant now = clock.instant();
        ToolCall call = ToolCall.open(id(caller), device, command.tool(),
                command.arguments() == null ? Json.object() : command.arguments(), null, now, now.plus(command.timeout()));
        if (caller.commandId() != null) {
            Optional<ToolCall> known = ledger.call(call.tenant(), call.id());
            if (known.isPresent()) {
                return repeated(known.get(), call);
            }
        }
        Optional<Seat> seat = seats.find(device);
        Optional<Fault> refused = seat.isPresent() ? refusal(seat.get(), command.tool()) : away(device, command.tool());
        if (refused.isPresent()) {
            return CompletableFuture.completedFuture(new Reply.Refused(refused.get()));
        }
        Waiting mine = new Waiting(call, new CompletableFuture<>());
        if (waiting.putIfAbsent(Name.of(call), mine) != null) {
            return repeated(call, call);
        }
        return ledger.open(call, now.plus(KEPT)).handle((there, failure) -> {
            if (failure == null && there.isEmpty()) {
                hand(call);
                return mine.outcome().<Reply>thenApply(DeviceTools::reply);
            }
            waiting.remove(Name.of(call), mine);
            return failure != null ? CompletableFuture.<Reply>failedFuture(failure) : repeated(there.get(), call);
        }).thenCompose(answer -> answer);
    }

    private ToolCallId id(Caller caller) {
        return new ToolCallId(caller.commandId() == null ? ids.next() : UUID.nameUUIDFromBytes(
                (caller.principal().user() + "\n" + caller.commandId()).getBytes(StandardCharsets.UTF_8)).toString());
    }

    private static Optional<Fault> refusal(Seat seat, String tool) {
        if (!seat.offer().offers(tool)) {
            return Optional.of(Fault.of(Code.NOT_FOUND, "The device offers no tool of that name"));
        }
        return seat.isFull()
                ? Optional.of(new Fault(Code.RATE_LIMITED, "The device has too much to do", Duration.ofSeconds(1)))
                : Optional.empty();
    }

    private Optional<Fault> away(DeviceKey device, String tool) {
        return Optional.of(ledger.remembered(device)
                .map(offer -> offer.offers(tool) ? Fault.of(Code.DEVICE_OFFLINE)
                        : Fault.of(Code.NOT_FOUND, "The device offers no tool of that name"))
                .orElse(Fault.of(Code.NOT_FOUND)));
    }

    /** The same command once more: it is told how the first one ended, or waits with it. */
    private CompletableFuture<Reply> repeated(ToolCall known, ToolCall asked) {
        if (!known.device().equals(asked.device()) || !known.tool().equals(asked.tool()) || known.asker() != null) {
            return CompletableFuture.completedFuture(
                    Reply.Refused.of(Code.CONFLICT, "This Idempotency-Key was used for something else"));
        }
        if (!known.isOpen()) {
            return CompletableFuture.completedFuture(reply(known.outcome()));
        }
        Waiting first = waiting.get(Name.of(known));
        if (first != null) {
            return first.outcome().thenApply(DeviceTools::reply);
        }
        return CompletableFuture.completedFuture(known.deadline().isAfter(clock.instant())
                ? Reply.Refused.of(Code.CONFLICT, "This call is under way on another node")
                : reply(timeout()));
    }

    private static Reply reply(ToolOutcome outcome) {
        return outcome.code() == null
                ? new Reply.ToolEnded(outcome)
                : Reply.Refused.of(outcome.code(), outcome.error().path("message").textValue());
    }

    /** A device's answer: without effect where it is not one to a call that this very wire was given. */
    CompletableFuture<?> answer(Seat seat, ToolCallId id, ToolOutcome outcome) {
        Optional<ToolCall> call = seat.take(id);
        if (call.isEmpty()) {
            meter.dropped(DeviceMeter.Dropped.RESULT);
            LOG.atDebug().addKeyValue("device", seat.key()).log("a result of no open call was dropped");
            return CompletableFuture.completedFuture(null);
        }
        return end(call.get(), outcome);
    }

    /** The device has left. */
    void left(Seat seat) {
        for (ToolCall call : seat.calls()) {
            seat.take(call.id()).ifPresent(open -> end(open, offline()));
        }
    }

    /** A call of a run has its outcome, perhaps without its device. */
    void ended(ToolCall call) {
        seats.find(call.device()).ifPresent(seat -> seat.take(call.id()));
        meter.called(call);
    }

    /** Ends the calls of people that have had no answer in time. */
    void sweep(Instant now) {
        for (Waiting one : waiting.values()) {
            if (!one.call().deadline().isAfter(now)) {
                seats.find(one.call().device()).ifPresent(seat -> seat.take(one.call().id()));
                end(one.call(), timeout());
            }
        }
    }

    private CompletableFuture<?> end(ToolCall call, ToolOutcome outcome) {
        CompletableFuture<Boolean> ended = call.asker() == null
                ? ledger.end(call.tenant(), call.id(), outcome, clock.instant())
                : ofRuns.end(call.asker().run().session(), call.id(), outcome);
        return ended.handle((won, failure) -> {
            if (failure != null) {
                LOG.atWarn().setCause(failure).addKeyValue("call", call.id()).log("the end of a tool call was not recorded");
            } else if (!won) {
                meter.dropped(DeviceMeter.Dropped.RESULT);
            }
            Waiting person = waiting.remove(Name.of(call));
            if (person != null) {
                tell(person, outcome, failure);
            }
            return null;
        });
    }

    private void tell(Waiting person, ToolOutcome outcome, Throwable failure) {
        if (failure != null) {
            person.outcome().completeExceptionally(failure);
        } else {
            meter.called(person.call().ended(outcome, clock.instant()));
            person.outcome().complete(outcome);
        }
    }

    private static ToolOutcome offline() {
        return ToolOutcome.without(Fault.of(Code.DEVICE_OFFLINE));
    }

    private static ToolOutcome timeout() {
        return ToolOutcome.without(Fault.of(Code.TIMEOUT, "The device did not answer in time"));
    }
}
