package dev.hawser.core.port;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.Approval;
import dev.hawser.core.model.ApprovalId;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Decision;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.Snapshot;
import dev.hawser.core.model.ToolOutcome;
import java.time.Duration;
import java.util.List;

/** A way to reach one agent. Safe for all threads. */
public interface AgentConnector {

    /**
     * Works on one attempt of a run until it ends, pauses, or the thread is interrupted. Blocks for as long as that takes:
     * called on a virtual thread of its own, which is interrupted for cancel, for a lost fence and for a drain.
     *
     * @return how it ended; a terminal event that was sent already wins over it
     * @throws InterruptedException once it has stopped, where it was asked to
     */
    Outcome run(Request request, Sink sink) throws InterruptedException;

    /**
     * What an agent is asked.
     *
     * @param history the messages of the session before this run's own
     * @param state   what the session's agents and users share, as it stands now; null for none
     * @param resume  null unless the agent asked for an approval before
     */
    record Request(Run run, List<Snapshot.Message> history, JsonNode state, Resume resume) {}

    /** @param args the edited arguments, or those that were asked for */
    record Resume(ApprovalId approval, Decision.Kind decision, JsonNode args, String reason, EventBody.ApprovalRequired asked) {
        /** What was decided; null where there is no approval, or no decision. */
        public static Resume of(Approval approval) {
            if (approval == null || approval.decision() == null) {
                return null;
            }
            Decision decision = approval.decision();
            return new Resume(approval.id(), decision.kind(),
                    decision.kind() == Decision.Kind.EDIT ? decision.editedArgs() : approval.request().toolArgs(),
                    decision.reason(), approval.request());
        }
    }

    /** Where an agent's events go. For the one thread that runs the attempt. */
    interface Sink {
        /**
         * Hands on an event. Blocks while too many are on their way to the log.
         *
         * @throws InterruptedException where the attempt is to stop
         * @throws Stopped where the run is over or another attempt took it: stop at once, nothing more is taken
         */
        void emit(EventBody event) throws InterruptedException, Stopped;

        /**
         * Calls a tool on a device of the run's user and waits for how it ends, which is in the log by then, as the call is.
         * Where no device is within reach, it ends at once.
         *
         * @param call    names its device; of the same {@code toolCallId}, a run makes one call
         * @param timeout how long the device may take
         * @throws InterruptedException where the attempt is to stop
         * @throws Stopped where the run is over or another attempt took it: stop at once, nothing more is taken
         */
        default ToolOutcome callDevice(EventBody.ToolCall call, Duration timeout) throws InterruptedException, Stopped {
            ToolOutcome outcome = ToolOutcome.without(Fault.of(Code.DEVICE_OFFLINE,
                    "No device that offers the tool '" + call.name() + "' is online"));
            emit(call);
            emit(new EventBody.ToolResult(call.toolCallId(), null, outcome.error()));
            return outcome;
        }
    }

    /** The attempt has no right to the run any more. */
    final class Stopped extends Exception {
        public Stopped(String reason) {
            super(reason);
        }
    }

    /** How an attempt ended. */
    sealed interface Outcome {
        /** Done. */
        record Completed() implements Outcome {}

        /** It asked for an approval and wants to be called again with the answer. */
        record Paused() implements Outcome {}

        record Failed(Fault fault) implements Outcome {}
    }
}
