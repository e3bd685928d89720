package dev.hawser.gateway.ws;

import dev.hawser.core.dialect.Dialect;
import dev.hawser.core.dialect.Target;
import dev.hawser.core.model.CloseCode;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Fault;
import dev.hawser.core.port.Identity;
import dev.hawser.gateway.edge.HttpCodec;
import dev.hawser.gateway.edge.Problems;
import dev.hawser.gateway.edge.Upgrade;
import dev.hawser.gateway.edge.Upgrades;
import dev.hawser.gateway.identity.CredentialRules;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Where HTTP connections of this node become wires: looks at who asks and for what, answers the handshake and gives the channel
 * to a {@link Wire}. Safe for all threads.
 */
final class WireDoor implements Upgrades {
    /** The upgrade's answer says by which id the wire is recorded. */
    private static final String CONNECTION_ID = "x-hawser-connection-id";

    private final WsServices services;
    private final CredentialRules rules;
    private final WebSocketDecoderConfig plain;
    private final WebSocketDecoderConfig compressed;
    private final Map<String, Endpoint> endpoints;
    private final Map<EventLoop, LoopGroup> groups;
    private volatile boolean shut;

    /**
     * A door that is open.
     *
     * @param endpoints by their paths
     * @param groups    one for each event loop that connections come from
     */
    WireDoor(WsServices services, CredentialRules rules, Map<String, Endpoint> endpoints, Map<EventLoop, LoopGroup> groups) {
        this.services = services;
        this.rules = rules;
        this.plain = frames(false);
        this.compressed = frames(true);
        this.endpoints = endpoints;
        this.groups = groups;
    }

    private WebSocketDecoderConfig frames(boolean extended) {
        return WebSocketDecoderConfig.newBuilder()
                .maxFramePayloadLength(services.bounds().settings().maxMessageBytes())
                .expectMaskedFrames(true)
                .allowMaskMismatch(false)
                .allowExtensions(extended)
                .closeOnProtocolViolation(false)
                .withUTF8Validator(false)
                .build();
    }

    /** Lets nobody in any more. */
    void shut() {
        shut = true;
    }

    @Override
    public boolean serves(String path) {
        return endpoints.containsKey(path);
    }

    @Override
    public CompletableFuture<Optional<FullHttpResponse>> upgrade(ChannelHandlerContext http, Upgrade asked) {
        Optional<FullHttpResponse> unsound = refusal(asked);
        if (unsound.isPresent()) {
            return CompletableFuture.completedFuture(unsound);
        }
        HttpRequest request = asked.head();
        Dialect dialect = endpoints.get(request.uri()).dialect();
        Map<String, String> query = new LinkedHashMap<>();
        asked.target().query().forEach((name, values) -> query.put(name, values.getFirst()));
        Target target = dialect.target(query).among(services.core().agents());
        Identity.Credential credential = rules.find(new CredentialRules.Shown(
                request.headers().get(HttpHeaderNames.ORIGIN), request.headers().getAll(HttpHeaderNames.AUTHORIZATION),
                asked.target().query(), Handshake.subprotocols(request), request.headers().getAll(HttpHeaderNames.COOKIE)));
        http.channel().config().setAutoRead(false);
        if (dialect.looksFirst()) {
            return look(http, asked, target, credential);
        }
        takeOver(http, asked, target, null).admit(credential, asked.refused());
        return CompletableFuture.completedFuture(Optional.empty());
    }

    /** The wire is opened for whom the dialect does not keep out. */
    private CompletableFuture<Optional<FullHttpResponse>> look(
            ChannelHandlerContext http, Upgrade asked, Target target, Identity.Credential credential) {
        CompletableFuture<Optional<FullHttpResponse>> answer = new CompletableFuture<>();
        Dialect dialect = endpoints.get(asked.head().uri()).dialect();
        Thread.ofVirtual().name("doorstep").start(() -> {
            Doorstep.Found found = asked.refused().isPresent()
                    ? Doorstep.Found.refused(asked.refused().get(), CloseCode.RATE_LIMITED)
                    : new Doorstep(services).look(credential, target, asked, dialect);
            http.executor().execute(() -> {
                Optional<FullHttpResponse> refusal =
                        shut ? Optional.of(goingDown()) : refusal(dialect, found.verdict());
                if (refusal.isEmpty() && http.channel().isActive()) {
                    takeOver(http, asked, target, found.entry()).admit(found.verdict());
                } else if (found.entry() != null) {
                    found.entry().gone();
                }
                answer.complete(refusal);
            });
        });
        return answer;
    }

    private static Optional<FullHttpResponse> refusal(Dialect dialect, Identity.Verdict verdict) {
        if (verdict instanceof Identity.Verdict.Refused(Fault fault, CloseCode _) && dialect.refusal(fault) > 0) {
            return Optional.of(Problems.of(
                    HttpResponseStatus.valueOf(dialect.refusal(fault)), fault.code(), fault.message()));
        }
        return Optional.empty();
    }

    private Optional<FullHttpResponse> refusal(Upgrade asked) {
        List<String> origins = asked.head().headers().getAll(HttpHeaderNames.ORIGIN);
        if (shut) {
            return Optional.of(goingDown());
        }
        if (origins.size() > 1 || !origins.isEmpty() && !rules.origins().allows(origins.getFirst(), asked.client())) {
            return Optional.of(Problems.of(
                    HttpResponseStatus.FORBIDDEN, Code.FORBIDDEN, "Pages of this origin may not use this server"));
        }
        return Handshake.refusal(asked.head());
    }

    private static FullHttpResponse goingDown() {
        return Problems.of(HttpResponseStatus.SERVICE_UNAVAILABLE, Code.INTERNAL_ERROR, "The server is shutting down");
    }

    /** @param entry null where the wire is not recorded */
    private Wire takeOver(ChannelHandlerContext http, Upgrade asked, Target target, ConnectionRecords.Entry entry) {
        HttpRequest request = asked.head();
        Channel channel = http.channel();
        Optional<String> extension = services.bounds().inflatedBytes().isPresent()
                ? Deflate.answer(Handshake.extensions(request)) : Optional.empty();
        boolean deflates = extension.isPresent();
        Wire wire = new Wire(services, endpoints.get(request.uri()), groups.get(channel.eventLoop()), channel,
                asked.client(), deflates, entry);
        FullHttpResponse answer = Handshake.answer(request, extension);
        if (entry != null) {
            answer.headers().set(CONNECTION_ID, entry.id());
        }
        channel.writeAndFlush(answer);
        ChannelPipeline pipeline = channel.pipeline();
        ChannelHandler old = http.handler();
        pipeline.addLast(new WebSocket13FrameDecoder(deflates ? compressed : plain)).addLast(wire.in());
        pipeline.remove(old);
        wire.upgraded(target);
        // Passes on what came behind the request.
        pipeline.remove(HttpCodec.class);
        return wire;
    }
}
