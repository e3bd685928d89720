package dev.hawser.gateway.edge;

import static java.nio.charset.StandardCharsets.US_ASCII;

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
    private static final String PROTOCOL = "HTTP/";

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
        if (!inBody && ambiguous(in)) {
            over = true;
            HttpMessage request = createInvalidMessage();
            request.setDecoderResult(DecoderResult.failure(new IllegalArgumentException("a head that can be read in two ways")));
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

    /** Whether a line of the head that is there is a request line out of shape, or a folded header (RFC 9112 §3, §5.2). */
    private boolean ambiguous(ByteBuf in) {
        boolean within = amidHead;
        for (int line = in.readerIndex(); line < in.writerIndex();) {
            byte first = in.getByte(line);
            if (within && (first == ' ' || first == '\t')) {
                return true;
            }
            int end = in.indexOf(line, in.writerIndex(), (byte) '\n');
            boolean empty = first == '\r' || first == '\n';
            if (end < 0 || within && empty) {
                return false;
            }
            if (!within && !empty && !wellFormed(in, line, end - 1)) {
                return true;
            }
            within |= !empty;
            line = end + 1;
        }
        return false;
    }

    /** Three words with one space between them, the last of them the protocol. */
    private static boolean wellFormed(ByteBuf in, int from, int to) {
        int spaces = 0;
        int last = from;
        for (int i = from; i < to; i++) {
            byte one = in.getByte(i);
            if (one == ' ') {
                spaces++;
                last = i;
            } else if (one < ' ' || one == 0x7f) {
                return false;
            }
        }
        return spaces == 2 && PROTOCOL.equals(in.toString(last + 1, Math.min(5, Math.max(0, to - last - 1)), US_ASCII));
    }
}
