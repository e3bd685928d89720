package dev.hawser.gateway.edge;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpRequest;
import java.util.Optional;

/** Takes connections over from HTTP. For the event loop of the connection. */
public interface Upgrades {
    /** Whether the path of the request belongs to it: everything at that path is then handed to {@link #upgrade}. */
    boolean serves(HttpRequest request);

    /**
     * Takes the connection over: answers the request and removes the HTTP handlers. A request that announces a body is
     * never taken over.
     *
     * @return why not, to be sent as the answer; empty where it was taken over
     */
    Optional<FullHttpResponse> upgrade(ChannelHandlerContext http, HttpRequest request);
}
