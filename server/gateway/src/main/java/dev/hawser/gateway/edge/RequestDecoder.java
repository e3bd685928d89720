package dev.hawser.gateway.edge;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;
import java.util.Queue;

/**
 * Reads requests, and nothing that two servers could read differently (RFC 9112 §11.2): no bare line feeds, no folded
 * headers, no length beside a transfer coding. What is no request becomes one whose decoding failed, and ends the reading.
 */
final class RequestDecoder extends HttpRequestDecoder {
    /** Within a head, of which some lines have been taken. */
    private boolean amidHead;
    private boolean inBody;
    private boolean over;

    private final Queue<HttpMethod> unanswered;

    /** @param unanswered told the method of each request, in order */
    RequestDecoder(Queue<HttpMethod> unanswered) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(EdgeSettings.MAX_REQUEST_LINE)
                .setMaxHeaderSize(EdgeSettings.MAX_HEADERS)
                .setStrictLineParsing(true)
                .setUseRfc9112TransferEncoding(true)
                .setAllowDuplicateContentLengths(false));
        this.unanswered = unanswered;
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("a length beside a transfer coding");
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        if (over) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (!inBody && folded(in)) {
            over = true;
            HttpMessage request = createInvalidMessage();
            request.setDecoderResult(DecoderResult.failure(new IllegalArgumentException("a folded header")));
            out.add(request);
            in.skipBytes(in.readableBytes());
            return;
        }
        int before = in.readerIndex();
        int had = out.size();
        super.decode(ctx, in, out);
        amidHead |= in.readerIndex() > before;
        for (int i = had; i < out.size(); i++) {
            amidHead = false;
            inBody = !(out.get(i) instanceof LastHttpContent);
            if (out.get(i) instanceof HttpRequest request) {
                unanswered.add(request.method());
            }
        }
    }

    /** Whether one of the head's lines that are there begins with white space (RFC 9112 §5.2). */
    private boolean folded(ByteBuf in) {
        boolean within = amidHead;
        for (int line = in.readerIndex(); line < in.writerIndex();) {
            byte first = in.getByte(line);
            if (within && (first == ' ' || first == '\t')) {
                return true;
            }
            if (within && (first == '\r' || first == '\n')) {
                return false;
            }
            int end = in.indexOf(line, in.writerIndex(), (byte) '\n');
            if (end < 0) {
                return false;
            }
            within |= end > line + 1;
            line = end + 1;
        }
        return false;
    }
}
