package dev.hawser.sql.group;

import dev.hawser.core.model.Approval;
import dev.hawser.core.model.ApprovalId;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.ToolCall;
import dev.hawser.core.model.ToolCallId;
import dev.hawser.core.model.UserId;
import java.util.Collection;
import java.util.Optional;

/**
 * What a transaction over a session asks its database for because memory does not hold it. Blocks; fails with
 * {@link dev.hawser.core.port.StoreException}. For the thread of the transaction.
 */
public interface Lookup {
    /** A run of the session. */
    Optional<Run> run(RunId run);

    /** An approval of the session's tenant. */
    Optional<Approval> approval(ApprovalId approval);

    /** A call of a tool of the session's tenant, whoever asked for it. */
    Optional<ToolCall> call(ToolCallId call);

    /** What was answered to a command in the session. */
    Optional<byte[]> answered(UserId user, String commandId);

    /**
     * How many of the user's runs are not over, in whichever sessions of the tenant: exact where it is below
     * {@code limit}.
     *
     * @param own the runs that the transaction has saved, as they are now
     */
    int pending(UserId user, int limit, Collection<Run> own);
}
