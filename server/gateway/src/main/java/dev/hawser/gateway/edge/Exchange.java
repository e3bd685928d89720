package dev.hawser.gateway.edge;

import dev.hawser.core.model.Code;
import dev.hawser.gateway.http.HttpExchange;
import dev.hawser.gateway.http.RequestTarget;
import dev.hawser.gateway.peer.Client;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** One request on a connection and its answer. For the thread that handles it, but for what says otherwise. */
final class Exchange implements HttpExchange {
    private static final byte[] NOTHING = {};

    private final HttpConnection connection;
    private final HttpRequest request;
    private final RequestTarget target;
    private final Client client;
    private final RequestBody body;
    private final boolean keepAlive;
    private final boolean expectsContinue;
    private final AtomicBoolean answered = new AtomicBoolean();
    private final CompletableFuture<Void> left = new CompletableFuture<>();
    private volatile boolean ends;
    private volatile AnswerStream stream;

    Exchange(HttpConnection connection, HttpRequest request, RequestTarget target, Client client, long bodyLimit) {
        this.connection = connection;
        this.request = request;
        this.target = target;
        this.client = client;
        this.keepAlive = HttpUtil.isKeepAlive(request);
        this.expectsContinue = HttpUtil.is100ContinueExpected(request);
        Runnable first = expectsContinue ? connection::sayContinue : () -> {};
        this.body = new RequestBody(length(request), bodyLimit, first, connection::bodyHasRoom);
    }

    private static long length(HttpRequest request) {
        return HttpUtil.isTransferEncodingChunked(request) ? RequestBody.UNKNOWN : HttpUtil.getContentLength(request, 0L);
    }

    @Override
    public String method() {
        return request.method().name();
    }

    @Override
    public RequestTarget target() {
        return target;
    }

    @Override
    public String path() {
        return request.uri();
    }

    @Override
    public List<String> headers(String name) {
        return request.headers().getAll(name);
    }

    @Override
    public Client client() {
        return client;
    }

    @Override
    public InputStream body() {
        return body;
    }

    @Override
    public void onPeerLeft(Runnable action) {
        left.thenRun(action);
    }

    @Override
    public void respond(int status, Map<String, String> headers, byte[] bytes) {
        takeTurn();
        FullHttpResponse response;
        if (body.tooLarge()) {
            response = Problems.tooLarge(request.uri());
        } else {
            HttpResponseStatus line = HttpResponseStatus.valueOf(status);
            boolean empty = line.equals(HttpResponseStatus.NO_CONTENT) || line.equals(HttpResponseStatus.NOT_MODIFIED);
            ByteBuf content = Unpooled.wrappedBuffer(empty ? NOTHING : bytes);
            response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, line, content);
            headers.forEach((name, value) -> response.headers().set(name, value));
            if (!empty) {
                response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, bytes.length);
            }
        }
        connection.answer(this, response);
    }

    @Override
    public ResponseStream startStream(int status, Map<String, String> headers) {
        takeTurn();
        HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status));
        headers.forEach((name, value) -> head.headers().set(name, value));
        if (request.protocolVersion().isKeepAliveDefault()) {
            head.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        } else {
            ends = true;
        }
        AnswerStream started = new AnswerStream(connection.channel(), () -> connection.endStream(this));
        stream = started;
        connection.startStream(this, head);
        return started;
    }

    private void takeTurn() {
        if (!answered.compareAndSet(false, true)) {
            throw new IllegalStateException("answered already");
        }
    }

    /** Whether the connection can serve another request after this answer. For the event loop. */
    boolean keepsOpen() {
        boolean bodyMayNeverCome = expectsContinue && !body.wanted();
        return keepAlive && !ends && !bodyMayNeverCome && body.endsSoon();
    }

    /** Says in the head of the answer what becomes of the connection. For the event loop. */
    void announce(HttpHeaders headers, boolean open) {
        if (!open) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (!request.protocolVersion().isKeepAliveDefault()) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
    }

    /** Ends it for a shutdown: a stream ends now, a whole answer is awaited, and the connection ends with it. For the event loop. */
    void finish() {
        ends = true;
        AnswerStream started = stream;
        if (started != null) {
            Thread.startVirtualThread(started::close);
        }
    }

    /** The handler is done with it: what it left open is ended. */
    void handled() {
        if (!answered.get()) {
            answered.set(true);
            connection.answer(this, Problems.of(
                    HttpResponseStatus.INTERNAL_SERVER_ERROR, Code.INTERNAL_ERROR, Code.INTERNAL_ERROR.message()));
        } else if (stream != null) {
            stream.close();
        }
    }

    RequestBody incoming() {
        return body;
    }

    /** For the event loop. */
    void peerLeft() {
        left.complete(null);
        body.fail();
        AnswerStream started = stream;
        if (started != null) {
            started.peerLeft();
        }
    }

    /** For the event loop. */
    boolean stalledSince(long moment) {
        AnswerStream started = stream;
        return started != null && started.stalledSince(moment);
    }
}
