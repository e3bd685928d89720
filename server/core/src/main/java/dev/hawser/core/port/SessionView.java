package dev.hawser.core.port;

import dev.hawser.core.model.Approval;
import dev.hawser.core.model.Position;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.Session;
import java.util.List;

/**
 * A session and what goes on in it, read at one moment.
 *
 * @param runs    every run that is not over and the newest ten that are, oldest first
 * @param waiting approvals without a decision, oldest first
 */
public record SessionView(Session session, Position position, List<Run> runs, List<Approval> waiting) {
    /** How many ended runs a view holds. */
    public static final int ENDED_RUNS = 10;
}
