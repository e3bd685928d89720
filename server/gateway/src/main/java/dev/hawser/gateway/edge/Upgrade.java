package dev.hawser.gateway.edge;

import dev.hawser.core.model.Fault;
import dev.hawser.gateway.http.RequestTarget;
import dev.hawser.gateway.peer.Client;
import io.netty.handler.codec.http.HttpRequest;
import java.util.Optional;

/**
 * A request at a path where WebSockets are.
 *
 * @param head    its headers; what stands behind the question mark is not in there any more
 * @param target  what it asks for
 * @param client  whom it comes from
 * @param refused why it is to be refused although it may be sound, in the way that its path knows; empty where it is not
 */
public record Upgrade(HttpRequest head, RequestTarget target, Client client, Optional<Fault> refused) {}
