package dev.hawser.core.run;

import dev.hawser.core.model.Approval;
import dev.hawser.core.model.ApprovalId;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.EventBody.ApprovalRequired;
import dev.hawser.core.model.EventBody.RunCompleted;
import dev.hawser.core.model.EventBody.RunFailed;
import dev.hawser.core.model.EventBody.TextDelta;
import dev.hawser.core.model.EventBody.TextDone;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.NewEvent;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunStatus;
import dev.hawser.core.port.SessionTx;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/** What one event of an agent does to its run, beside entering the log. Pure steps over a transaction. */
final class AgentEvents {
    private static final int MAX_FAILURE_MESSAGE = 1_000;

    private final Line line;
    private final Duration toolTimeout;
    private volatile DeviceDesk desk = DeviceDesk.NONE;

    /** @param toolTimeout how long a device may take for a tool where its agent does not say */
    AgentEvents(Line line, Duration toolTimeout) {
        this.line = line;
        this.toolTimeout = toolTimeout;
    }

    void devices(DeviceDesk desk) {
        this.desk = desk;
    }

    /** A call with a time of its own. @return the event's sequence */
    long call(SessionTx tx, Run run, EventBody.ToolCall call, Duration timeout, Told told, Instant now) {
        return Calls.open(tx, run, call, desk, timeout, told, now);
    }

    /**
     * Applies an event to a run that is not over.
     *
     * @param freshId taken where the agent gave no approval id
     * @param told    gets what is to be done about devices afterwards
     * @return the event's sequence
     * @throws Refused where the event does not fit the run
     */
    long apply(SessionTx tx, Run run, EventBody body, String freshId, Told told, Instant now) {
        return switch (body) {
            case ApprovalRequired asked -> ask(tx, run, asked, freshId, now);
            case RunCompleted done -> line.end(tx, run, RunStatus.COMPLETED, new RunCompleted(done.result(),
                    done.durationMs() == null ? Line.duration(run, now) : done.durationMs(), done.usage()), null, now);
            case RunFailed failed -> line.fail(tx, run, fault(failed), now);
            case EventBody.RunCancelled cancelled -> line.cancelled(tx, run, cancelled.reason(), now);
            case TextDelta delta when delta.messageId() == null ->
                    append(tx, run, new TextDelta(Tally.onlyMessage(run.id()), delta.delta()), now);
            case TextDone done when done.messageId() == null ->
                    append(tx, run, new TextDone(Tally.onlyMessage(run.id()), done.text()), now);
            case EventBody.ToolCall call when call.deviceId() != null -> call(tx, run, call,
                    call.timeoutMs() == null ? toolTimeout : Duration.ofMillis(call.timeoutMs()), told, now);
            case EventBody.ToolResult result when asked(tx, run, result) ->
                    throw new Refused("the result of this call is its device's to give");
            case TextDelta _, TextDone _, EventBody.Thinking _, EventBody.ToolCall _, EventBody.ToolResult _,
                    EventBody.SubagentStarted _, EventBody.SubagentEnded _, EventBody.UiAction _,
                    EventBody.StateSnapshot _, EventBody.StateDelta _, EventBody.Custom _ ->
                    append(tx, run, Completion.of(body, run), now);
            case EventBody.MessageUser _, EventBody.RunStarted _, EventBody.RunWaiting _, EventBody.RunRestarted _,
                    EventBody.ApprovalDecided _, EventBody.RunAbandoned _ ->
                    throw new Refused("an agent may not send this event");
        };
    }

    /** Whether a device is asked for that result. */
    private static boolean asked(SessionTx tx, Run run, EventBody.ToolResult result) {
        return tx.calls(run.id()).stream().anyMatch(call -> call.asker().name().equals(result.toolCallId()));
    }

    private static long append(SessionTx tx, Run run, EventBody body, Instant now) {
        return tx.append(NewEvent.of(run.id(), body), now);
    }

    /** An agent's approval id is unique in its run only; where another run has taken it, the run's id makes it so. */
    private static long ask(SessionTx tx, Run run, ApprovalRequired asked, String freshId, Instant now) {
        ApprovalId id = id(asked.approvalId() == null ? freshId : asked.approvalId());
        Optional<Approval> taken = tx.approval(id);
        if (taken.isPresent() && !taken.get().run().equals(run.key())) {
            id = ofRun(run, id);
            taken = tx.approval(id);
        }
        if (taken.isPresent()) {
            throw new Refused("approval id used twice in one run");
        }
        tx.save(new Approval(id, run.key(), asked, now, asked.expiresAt(), null));
        append(tx, run, new ApprovalRequired(id.value(), asked.toolName(), Completion.object(asked.toolArgs()),
                Completion.text(asked.reason()), asked.amount(), asked.currency(), asked.estimatedCost(),
                asked.expiresAt()), now);
        tx.save(run.with(RunStatus.WAITING));
        return append(tx, run, EventBody.RunWaiting.APPROVAL, now);
    }

    private static ApprovalId ofRun(Run run, ApprovalId id) {
        String both = run.id() + "." + id;
        return both.length() <= ApprovalId.MAX_LENGTH
                ? new ApprovalId(both)
                : new ApprovalId(UUID.nameUUIDFromBytes(both.getBytes(StandardCharsets.UTF_8)).toString());
    }

    private static ApprovalId id(String value) {
        try {
            return new ApprovalId(value);
        } catch (IllegalArgumentException e) {
            throw new Refused(e.getMessage());
        }
    }

    /** A code outside the catalogue says only that the agent failed. */
    private static Fault fault(RunFailed failed) {
        Code code = Arrays.stream(Code.values())
                .filter(known -> known.name().equals(failed.code()))
                .findFirst()
                .orElse(Code.AGENT_ERROR);
        String message = failed.message().isBlank() ? code.message() : failed.message();
        return Fault.of(code, message.substring(0, Math.min(message.length(), MAX_FAILURE_MESSAGE)));
    }

    /** An event that does not fit; the message may be shown to the agent. */
    static final class Refused extends RuntimeException {
        Refused(String message) {
            super(message, null, false, false);
        }
    }
}
