package dev.hawser.core.run;

import dev.hawser.core.model.CallerTools;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.DeviceId;
import dev.hawser.core.model.DeviceKey;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.NewEvent;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunStatus;
import dev.hawser.core.model.ToolCall;
import dev.hawser.core.model.ToolCallId;
import dev.hawser.core.model.ToolOutcome;
import dev.hawser.core.port.SessionTx;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The rule of tools on devices: a run's call of one name is handed over once at most, and its first outcome is recorded and
 * never changes. Pure steps over a transaction.
 */
final class Calls {
    private Calls() {}

    /**
     * Records a call, and has its run wait for it; where neither the caller nor a device offers the tool, it ends at once. A call
     * of a name that the run has used changes nothing.
     *
     * @param told gets the call as it is recorded now, to be handed over where it is open and new, or told where it is not
     * @return the sequence of the newest event
     */
    static long open(SessionTx tx, Run run, EventBody.ToolCall asked, DeviceDesk desk, Duration timeout, Told told,
            Instant now) {
        ToolCallId id = id(run, asked.toolCallId());
        ToolCall known = tx.call(id).orElse(null);
        if (known != null && !isOf(known, run)) {
            id = ofRun(run, asked.toolCallId());
            known = tx.call(id).orElse(null);
        }
        if (known != null) {
            told.repeated(known);
            return tx.position().last();
        }
        boolean callers = leavesToCaller(run, asked);
        Optional<DeviceId> device = callers ? Optional.of(CallerTools.CALLER)
                : desk.offering(run.key().session().tenant(), run.user(), asked.deviceId(), asked.name());
        ToolCall call = ToolCall.open(id, new DeviceKey(run.key().session().tenant(), run.user(),
                device.orElseGet(() -> named(asked.deviceId()))), asked.name(), Completion.object(asked.arguments()),
                new ToolCall.Asker(run.key(), asked.toolCallId()), now, now.plus(timeout));
        long last = tx.append(NewEvent.of(run.id(), new EventBody.ToolCall(
                asked.toolCallId(), asked.name(), call.arguments(), call.device().device().value())), now);
        if (device.isEmpty()) {
            ToolCall ended = call.ended(ToolOutcome.without(Fault.of(Code.DEVICE_OFFLINE,
                    "No device that offers the tool '" + asked.name() + "' is online")), now);
            tx.save(ended);
            told.ended(ended);
            return tx.append(result(ended), now);
        }
        tx.save(call);
        if (!callers) {
            told.opened(call);
        }
        if (run.status() == RunStatus.WAITING) {
            return last;
        }
        tx.save(run.with(RunStatus.WAITING));
        return tx.append(NewEvent.of(run.id(), EventBody.RunWaiting.DEVICE), now);
    }

    /** Whoever asked is nearer than the devices that he has beside. */
    private static boolean leavesToCaller(Run run, EventBody.ToolCall asked) {
        return (asked.deviceId().equals(DeviceId.ANY) || asked.deviceId().equals(CallerTools.CALLER.value()))
                && CallerTools.of(run.metadata()).stream().anyMatch(tool -> tool.name().equals(asked.name()));
    }

    /**
     * Records the outcome of a call where there is none yet, and sets its run going once it waits for nothing more.
     *
     * @return whether this outcome is the recorded one
     */
    static boolean end(SessionTx tx, ToolCall call, ToolOutcome outcome, Instant now) {
        if (!call.isOpen()) {
            return false;
        }
        write(tx, call, outcome, now);
        Run run = tx.run(call.asker().run().run()).orElseThrow();
        if (run.status() == RunStatus.WAITING && !waits(tx, run)) {
            Run on = run.with(RunStatus.RUNNING);
            tx.save(on);
            if (on.lease() == null) {
                tx.offer(on, null);
            }
        }
        return true;
    }

    /** Ends what a run has called that goes on without an answer, or not at all. */
    static void close(SessionTx tx, Run run, Fault fault, Instant now) {
        List<ToolCall> open = tx.calls(run.id());
        open.forEach(call -> write(tx, call, ToolOutcome.without(fault), now));
    }

    /** Whether the run waits for a person or a device. */
    static boolean waits(SessionTx tx, Run run) {
        return !tx.waiting(run.id()).isEmpty() || !tx.calls(run.id()).isEmpty();
    }

    private static void write(SessionTx tx, ToolCall call, ToolOutcome outcome, Instant now) {
        ToolCall ended = call.ended(outcome, now);
        tx.save(ended);
        tx.append(result(ended), now);
    }

    private static NewEvent result(ToolCall call) {
        return NewEvent.of(call.asker().run().run(),
                new EventBody.ToolResult(call.asker().name(), call.outcome().result(), call.outcome().error()));
    }

    private static boolean isOf(ToolCall call, Run run) {
        return call.asker() != null && call.asker().run().equals(run.key());
    }

    private static DeviceId named(String wanted) {
        try {
            return new DeviceId(wanted);
        } catch (IllegalArgumentException e) {
            throw new AgentEvents.Refused("field 'deviceId' must be a device id of at most 128 characters");
        }
    }

    /** An agent's id is unique in its run only; where another run has taken it, or no id can be so, the run's makes it so. */
    private static ToolCallId id(Run run, String name) {
        try {
            return new ToolCallId(name);
        } catch (IllegalArgumentException e) {
            return ofRun(run, name);
        }
    }

    private static ToolCallId ofRun(Run run, String name) {
        String both = run.id() + "." + name;
        try {
            return new ToolCallId(both);
        } catch (IllegalArgumentException e) {
            return new ToolCallId(UUID.nameUUIDFromBytes(both.getBytes(StandardCharsets.UTF_8)).toString());
        }
    }
}
