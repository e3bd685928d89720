package dev.hawser.core.run;

import dev.hawser.core.model.Approval;
import dev.hawser.core.model.Run;

/**
 * An attempt that was begun, or gone on with, under a lease.
 *
 * @param run    as it stands now; its attempt is the fence
 * @param resume the decided approval that the agent is to be told; null where there is none
 */
public record Begun(Run run, Approval resume) {}
