package dev.hawser.core.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;

/**
 * A session as it stands at {@code lastSequence}, to go on from with the events after it.
 *
 * @param runs             every run that is not over, and the last ones that are; oldest first
 * @param pendingApprovals the fields of {@code approval.required}
 * @param state            what the session's state events amount to; null where there were none
 */
public record Snapshot(List<Message> messages, List<RunLine> runs, List<PendingApproval> pendingApprovals,
        @JsonInclude(JsonInclude.Include.NON_NULL) JsonNode state, long lastSequence) {

    /**
     * One message of the conversation.
     *
     * @param role {@link #USER} or {@link #ASSISTANT}
     * @param text the text so far where the message is not complete
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Message(String messageId, String role, String text, boolean complete, String runId, Instant time) {
        public static final String USER = "user";
        public static final String ASSISTANT = "assistant";
    }

    /** One run, in the words of the wire. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record RunLine(String runId, String agent, String status, Instant startedAt) {
        public static RunLine of(Run run) {
            return new RunLine(run.id().value(), run.agent().value(), run.status().wire(), run.startedAt());
        }
    }

    /** An {@code approval.required} with the run that asks. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record PendingApproval(
            String approvalId, String runId, String toolName, JsonNode toolArgs,
            String reason, JsonNode amount, String currency,
            JsonNode estimatedCost, Instant expiresAt) {
        public static PendingApproval of(Approval approval) {
            EventBody.ApprovalRequired asked = approval.request();
            return new PendingApproval(approval.id().value(), approval.run().run().value(), asked.toolName(),
                    asked.toolArgs(), asked.reason(), asked.amount(), asked.currency(), asked.estimatedCost(),
                    asked.expiresAt());
        }
    }
}
