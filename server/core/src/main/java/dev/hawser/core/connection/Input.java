package dev.hawser.core.connection;

import dev.hawser.core.dialect.Decoded;
import dev.hawser.core.dialect.Target;
import dev.hawser.core.model.CloseCode;
import dev.hawser.core.model.Reply;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.port.Identity;
import java.time.Duration;
import java.util.Optional;

/** What happens to a connection. */
public sealed interface Input {

    /** The wire is up, asking for {@code target}. */
    record Upgraded(Target target) implements Input {}

    /** The credential of the handshake was looked at. */
    record Verified(Identity.Verdict verdict) implements Input {}

    /** The credential of a refresh was looked at. */
    record Refreshed(String answers, Identity.Verdict verdict) implements Input {}

    /** A conversation that it asked for was looked up; empty where its user cannot see it. */
    record Opened(Effect.Open asked, Optional<Opening> found) implements Input {}

    record Received(Decoded decoded) implements Input {}

    /** A command of this wire was answered. */
    record Replied(Effect.Execute asked, Reply reply) implements Input {}

    /** Events that the follower still lacks are gone from the log. */
    record Outrun(SessionId session) implements Input {}

    /** Time went by. */
    record Ticked() implements Input {}

    /** The peer has not taken what was sent; the bound on what waits for it is reached. */
    record Congested() implements Input {}

    /** The peer broke the protocol below the dialect. */
    record Broken(CloseCode code, String reason) implements Input {}

    /** The node is going down. */
    record Draining(Duration reconnectAfter) implements Input {}

    /** The wire is gone. */
    record Lost() implements Input {}
}
