package dev.hawser.gateway.edge;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import java.util.regex.Pattern;

/** The requests whose body is a stream without an end in sight: a run's events. */
final class StreamedBodies {
    private static final Pattern RUN_EVENTS = Pattern.compile("/v1/runs/[^/?]+/events(\\?.*)?");

    private StreamedBodies() {}

    static boolean accepts(HttpRequest request) {
        return request.method().equals(HttpMethod.POST) && RUN_EVENTS.matcher(request.uri()).matches();
    }
}
