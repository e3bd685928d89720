package dev.hawser.gateway.edge;

import dev.hawser.gateway.http.HttpApi;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpRequest;
import java.io.IOException;
import java.util.Optional;

/** Edges that speak HTTP only. */
final class Edges {
    private Edges() {}

    static Edge open(EdgeSettings settings, HttpApi api, MeterRegistry registry) throws IOException {
        Edge edge = Edge.bind(settings);
        edge.serve(api, new Upgrades() {
            @Override
            public boolean serves(HttpRequest request) {
                return false;
            }

            @Override
            public Optional<FullHttpResponse> upgrade(ChannelHandlerContext http, HttpRequest request) {
                return Optional.empty();
            }
        }, registry);
        return edge;
    }
}
