package dev.hawser.core.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/**
 * One call of a tool on a device, as the ledger keeps it. Whoever has made its row hands it to the device, once.
 *
 * @param tool      as the device has offered it
 * @param asker     the run that asked for it; null where a person did
 * @param deadline  when it ends without an answer
 * @param outcome   null while it is open
 * @param endedAt   set with the outcome
 */
public record ToolCall(
        ToolCallId id, DeviceKey device, String tool, JsonNode arguments, Asker asker, Instant createdAt, Instant deadline,
        ToolOutcome outcome, Instant endedAt) {

    /**
     * The run that asked.
     *
     * @param name the {@code toolCallId} that its agent gave
     */
    public record Asker(RunKey run, String name) {}

    /** A new one. */
    public static ToolCall open(ToolCallId id, DeviceKey device, String tool, JsonNode arguments, Asker asker,
            Instant createdAt, Instant deadline) {
        return new ToolCall(id, device, tool, arguments, asker, createdAt, deadline, null, null);
    }

    public TenantId tenant() {
        return device.tenant();
    }

    /** Whether it has no outcome yet. */
    public boolean isOpen() {
        return outcome == null;
    }

    /** The same with its outcome. */
    public ToolCall ended(ToolOutcome outcome, Instant now) {
        return new ToolCall(id, device, tool, arguments, asker, createdAt, deadline, outcome, now);
    }
}
