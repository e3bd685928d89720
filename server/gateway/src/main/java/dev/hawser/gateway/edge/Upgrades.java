package dev.hawser.gateway.edge;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpResponse;
import java.util.Optional;

/** Takes connections over from HTTP. For the event loop of the connection. */
public interface Upgrades {
    /** Whether the path, undecoded and without a query, belongs to it: all that is asked there is then for {@link #upgrade}. */
    boolean serves(String path);

    /**
     * Takes the connection over: answers the request and removes the HTTP handlers. A request that announces a body is
     * never taken over.
     *
     * @return why not, to be sent as the answer; empty where it was taken over
     */
    Optional<FullHttpResponse> upgrade(ChannelHandlerContext http, Upgrade request);
}
