package dev.hawser.core.connection;

import dev.hawser.core.dialect.Outbound;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.SessionId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The effects of one input, in order, as they are gathered. */
final class Step {
    final Instant now;
    final List<Effect> effects = new ArrayList<>(4);

    Step(Instant now) {
        this.now = now;
    }

    void add(Effect effect) {
        effects.add(effect);
    }

    void send(String answers, SessionId session, Outbound.Message message) {
        effects.add(new Effect.Send(new Outbound(answers, session, message)));
    }

    void fail(String answers, SessionId session, Fault fault) {
        send(answers, session, new Outbound.Failed(fault));
    }
}
