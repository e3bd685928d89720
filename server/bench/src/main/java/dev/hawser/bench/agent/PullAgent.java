package dev.hawser.bench.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hawser.bench.wire.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A worker inside the generator: claims runs and opens one streaming upload for each, which stays silent until the generator
 * has it emit. Whatever the gateway answers but 200 is kept as a fault.
 */
public final class PullAgent implements RunSource {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int MAX_ANSWER_BYTES = 1 << 20;
    private static final int MAX_CLAIM = 100;
    private static final String COMPLETED = "{\"type\":\"run.completed\"}\n";

    private final EventLoopGroup loops;
    private final InetSocketAddress gateway;
    private final String key;
    private final HttpClient claims = HttpClient.newHttpClient();
    private volatile String fault;

    public PullAgent(EventLoopGroup loops, InetSocketAddress gateway, String key) {
        this.loops = loops;
        this.gateway = gateway;
        this.key = key;
    }

    /** What the gateway has refused first, or null. */
    public String fault() {
        return fault;
    }

    @Override
    public List<RunStream> await(int count, Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        List<CompletableFuture<RunStream>> streams = new ArrayList<>(count);
        while (streams.size() < count && System.nanoTime() - deadline < 0) {
            claim(Math.min(MAX_CLAIM, count - streams.size())).forEach(run -> streams.add(open(run)));
        }
        if (streams.size() < count) {
            throw new IllegalStateException("only " + streams.size() + " of " + count + " runs could be claimed");
        }
        return streams.stream().map(CompletableFuture::join).toList();
    }

    /** Waits up to five seconds for at most that many runs. */
    public List<JsonNode> claim(int max) throws InterruptedException {
        String ask = "{\"agents\":[\"pulled\"],\"waitMs\":5000,\"max\":" + max + "}";
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + gateway.getPort() + "/v1/workers/claim"))
                .header("Authorization", "Bearer " + key).header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(ask)).build();
        try {
            HttpResponse<byte[]> response = claims.send(request, HttpResponse.BodyHandlers.ofByteArray());
            JsonNode answer = MAPPER.readTree(response.body());
            if (response.statusCode() != 200) {
                throw new IllegalStateException("the gateway answered a claim with " + answer);
            }
            List<JsonNode> runs = new ArrayList<>();
            answer.path("runs").forEach(runs::add);
            return runs;
        } catch (IOException e) {
            throw new IllegalStateException("no claim: " + e.getMessage(), e);
        }
    }

    /** Opens the upload of a claimed run; completes when its head is on its way. */
    public CompletableFuture<RunStream> open(JsonNode run) {
        var opened = new CompletableFuture<RunStream>();
        new Bootstrap().group(loops).channel(Transport.clientChannel()).option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(new HttpClientCodec(), new HttpObjectAggregator(MAX_ANSWER_BYTES),
                                new AnswerHandler());
                    }
                })
                .connect(gateway).addListener((ChannelFuture connected) -> {
                    if (!connected.isSuccess()) {
                        opened.completeExceptionally(connected.cause());
                        return;
                    }
                    var head = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST,
                            "/v1/runs/" + run.path("runId").asText() + "/events");
                    head.headers().set(HttpHeaderNames.HOST, "127.0.0.1")
                            .set(HttpHeaderNames.AUTHORIZATION, "Bearer " + run.path("runToken").asText())
                            .set(HttpHeaderNames.CONTENT_TYPE, "application/x-ndjson")
                            .set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
                    connected.channel().write(head);
                    opened.complete(new RunStream(connected.channel(), COMPLETED));
                });
        return opened;
    }

    /** Reads the answer that comes at the end. */
    private final class AnswerHandler extends SimpleChannelInboundHandler<FullHttpResponse> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, FullHttpResponse response) {
            if (response.status().code() != 200 && fault == null) {
                fault = "an upload was answered with " + response.status().code();
            }
            ctx.close();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
