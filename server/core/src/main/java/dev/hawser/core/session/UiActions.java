package dev.hawser.core.session;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.NewEvent;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.UserId;
import dev.hawser.core.port.SessionTx;
import java.time.Instant;
import java.util.List;

/** How a user's action on an interface enters the log: with the run under way, where there is just one. */
final class UiActions {
    private UiActions() {}

    /** @return the event's sequence */
    static long append(SessionTx tx, JsonNode action, UserId user, Instant now) {
        List<Run> live = tx.live();
        return tx.append(NewEvent.of(live.size() == 1 ? live.getFirst().id() : null,
                new EventBody.UiAction(action, user.value())), now);
    }
}
