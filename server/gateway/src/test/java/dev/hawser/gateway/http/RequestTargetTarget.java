package dev.hawser.gateway.http;

import dev.hawser.core.dialect.Dialect;
import dev.hawser.core.dialect.Target;
import dev.hawser.core.fuzz.FuzzTarget;
import dev.hawser.core.fuzz.Holds;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The target of a request, and what the dialects make of its query. Written and read again it means the same. */
public final class RequestTargetTarget implements FuzzTarget {
    private final List<Dialect> dialects;

    public RequestTargetTarget(List<Dialect> dialects) {
        this.dialects = dialects;
    }

    @Override
    public String name() {
        return "request-target";
    }

    @Override
    public List<byte[]> seeds() {
        return FuzzTarget.texts("/", "/v1/sessions/a%2Fb/events?after=1&limit=2", "/ws?conversationId=c1&lastSequence=7&epoch=e",
                "/ws?conversation_id=%00&agent=demo&definition_id=x", "/%zz", "/a//b/?&&=&a&a=b&a=c%20+d", "*",
                "http://evil/", "/%ff%fe", "/..%2f..%2fetc/passwd", "/ws?lastSequence=-1", "/ws?lastSequence=99999999999999999999",
                "/api/v1/ws?session_id=x&token=y", "/\u00e9");
    }

    @Override
    public void take(byte[] input) {
        RequestTarget target = RequestTarget.parse(new String(input, StandardCharsets.ISO_8859_1)).orElse(null);
        if (target == null) {
            return;
        }
        Holds.that(!target.path().isEmpty(), "no path");
        Holds.same(RequestTarget.parse(write(target)).orElse(null), target, "written and read again");
        Map<String, String> query = new HashMap<>();
        target.query().forEach((name, values) -> query.put(name, values.getFirst()));
        for (Dialect dialect : dialects) {
            switch (dialect.target(query)) {
                case Target.Valid valid -> Holds.that(
                        valid.lastSequence() == null || valid.lastSequence() >= 0, "a sequence below 0");
                case Target.Invalid invalid -> Holds.presentable(invalid.message());
                case Target.UnknownSession _, Target.UnknownAgent _ -> { }
            }
        }
    }

    private static String write(RequestTarget target) {
        return target.path().stream().map(RequestTargetTarget::encode).collect(Collectors.joining("/", "/", "?"))
                + target.query().entrySet().stream()
                        .flatMap(field -> field.getValue().stream().map(value -> encode(field.getKey()) + "=" + encode(value)))
                        .collect(Collectors.joining("&"));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
