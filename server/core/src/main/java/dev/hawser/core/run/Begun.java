package dev.hawser.core.run;

import dev.hawser.core.model.Approval;
import dev.hawser.core.model.Run;

/**
 * An attempt that was begun, or gone on with, under a lease.
 *
 * @param run    as it stands now; its attempt is the fence
 * @param resume the decided approval that the agent is to be told; null where there is none
 * @param at     the last sequence of the session's log in that moment: what concerns the attempt comes after it
 */
public record Begun(Run run, Approval resume, long at) {}
