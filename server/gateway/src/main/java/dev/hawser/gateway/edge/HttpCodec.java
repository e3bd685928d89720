package dev.hawser.gateway.edge;

import io.netty.channel.CombinedChannelDuplexHandler;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpStatusClass;
import java.util.ArrayDeque;
import java.util.Queue;

/** HTTP/1.1 on one connection, read strictly, with the bodies left out of what answers {@code HEAD}. For its event loop. */
public final class HttpCodec extends CombinedChannelDuplexHandler<RequestDecoder, HttpResponseEncoder> {

    HttpCodec() {
        Queue<HttpMethod> unanswered = new ArrayDeque<>(2);
        init(new RequestDecoder(unanswered), new Encoder(unanswered));
    }

    private static final class Encoder extends HttpResponseEncoder {
        private final Queue<HttpMethod> unanswered;

        Encoder(Queue<HttpMethod> unanswered) {
            this.unanswered = unanswered;
        }

        @Override
        protected boolean isContentAlwaysEmpty(HttpResponse response) {
            boolean interim = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
            HttpMethod method = interim ? null : unanswered.poll();
            return HttpMethod.HEAD.equals(method) || super.isContentAlwaysEmpty(response);
        }
    }
}
