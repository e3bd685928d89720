package dev.hawser.gateway.e2e.authorization;

import dev.hawser.core.model.Visibility;
import dev.hawser.gateway.e2e.Node;
import dev.hawser.gateway.e2e.Site;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** A node and what everybody shows there: where a test of who may do what begins. */
record Neighbours(Node node, Credentials credentials) implements AutoCloseable {
    /**
     * Starts the node. Blocks.
     *
     * @param data  its folder
     * @param other the folder of a node whose tokens it does not accept
     */
    static Neighbours meet(Path data, Path other, Visibility visibility) throws Exception {
        Node node = start(data, visibility);
        return new Neighbours(node, new Credentials(data, other));
    }

    private static Node start(Path data, Visibility visibility) throws Exception {
        return Node.start(data, Map.of(
                "HAWSER_SESSIONS_VISIBILITY", visibility.name().toLowerCase(Locale.ROOT),
                "HAWSER_WORKERS_KEYS", "[\"" + Credentials.WORKER_KEY + "\",{\"key\":\"" + Credentials.NARROW_KEY
                        + "\",\"agents\":[\"remote\",\"demo\"],\"tenants\":[\"globex\"]}]",
                "HAWSER_AGENTS", "{\"demo\":{\"type\":\"demo\"},\"remote\":{\"type\":\"worker\"}}",
                "HAWSER_LIMITS_CONNECTIONS_PER_USER", "10000",
                "HAWSER_LIMITS_MESSAGES_PER_SECOND", "10000", "HAWSER_LIMITS_MESSAGE_BURST", "10000"));
    }

    Site site() {
        return node.site();
    }

    /** What everybody has, made anew. Blocks. */
    Estate estate() {
        return new Estate(node, credentials);
    }

    /** What the actor shows; null for nothing. */
    String token(Actor actor) {
        return credentials.of(actor).orElse(null);
    }

    @Override
    public void close() {
        node.close();
    }
}
