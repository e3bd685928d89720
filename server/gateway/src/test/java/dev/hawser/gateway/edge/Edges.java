package dev.hawser.gateway.edge;

import dev.hawser.gateway.http.HttpApi;
import dev.hawser.gateway.peer.Hosts;
import dev.hawser.gateway.peer.Limits;
import dev.hawser.gateway.peer.TrustedProxies;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Edges that speak HTTP only. */
final class Edges {
    /** Open to everybody. */
    static final Door DOOR = new Door(TrustedProxies.none(), new Hosts(List.of()), Limits.NONE);

    private Edges() {}

    static Edge open(EdgeSettings settings, HttpApi api, MeterRegistry registry) throws IOException {
        return open(settings, DOOR, api, registry);
    }

    static Edge open(EdgeSettings settings, Door door, HttpApi api, MeterRegistry registry) throws IOException {
        Edge edge = Edge.bind(settings);
        edge.serve(door, api, new Upgrades() {
            @Override
            public boolean serves(String path) {
                return false;
            }

            @Override
            public CompletableFuture<Optional<FullHttpResponse>> upgrade(
                    ChannelHandlerContext http, Upgrade request) {
                return CompletableFuture.completedFuture(Optional.empty());
            }
        }, registry);
        return edge;
    }
}
