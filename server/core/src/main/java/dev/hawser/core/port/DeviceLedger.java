package dev.hawser.core.port;

import dev.hawser.core.model.DeviceKey;
import dev.hawser.core.model.DeviceOffer;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.ToolCall;
import dev.hawser.core.model.ToolCallId;
import dev.hawser.core.model.ToolOutcome;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The devices that users have had, and the calls of their tools that no run asked for; those of runs are written through
 * {@link SessionTx}, and both share their ids. What completes a future completes it once that is durable; futures fail, and
 * reads throw, {@link StoreException} where the store failed. Safe for all threads.
 */
public interface DeviceLedger {
    /** How many devices of one user are remembered, those that said hello last. */
    int MAX_DEVICES = 100;

    /** Remembers that the device has said hello, and what it offers. Does not block. */
    CompletableFuture<Void> remember(DeviceKey device, DeviceOffer offer, Instant now);

    /** What the device has offered last; empty where the user has none of that id. Blocks. */
    Optional<DeviceOffer> remembered(DeviceKey device);

    /**
     * Opens a call that no run asked for, unless its tenant has one of that id. Does not block.
     *
     * @param until when it may be forgotten
     * @return the one that was there; empty where this one was opened
     */
    CompletableFuture<Optional<ToolCall>> open(ToolCall call, Instant until);

    /**
     * Ends such a call where it is open: of all that want to end one, at once or later, one does. Does not block.
     *
     * @return whether this was the one
     */
    CompletableFuture<Boolean> end(TenantId tenant, ToolCallId call, ToolOutcome outcome, Instant now);

    /** A call that no run asked for. Blocks. */
    Optional<ToolCall> call(TenantId tenant, ToolCallId call);

    /** Forgets such calls whose time is over, of all tenants, and says how many there were. Does not block. */
    CompletableFuture<Integer> forgetCalls(Instant now);

    /** Ends every such call that is open, of all tenants: for a single node that starts. Does not block. */
    CompletableFuture<Integer> endAll(ToolOutcome outcome, Instant now);
}
