package dev.hawser.gateway.edge;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpResponse;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Takes connections over from HTTP. For the event loop of the connection. */
public interface Upgrades {
    /** Whether the path, undecoded and without a query, belongs to it: all that is asked there is then for {@link #upgrade}. */
    boolean serves(String path);

    /**
     * Takes the connection over: answers the request and removes the HTTP handlers. A request that announces a body is
     * never taken over.
     *
     * @return completes on the event loop with why not, to be sent as the answer; with nothing where it was taken over
     */
    CompletableFuture<Optional<FullHttpResponse>> upgrade(ChannelHandlerContext http, Upgrade request);
}
