package dev.hawser.gateway.agent.http;

import dev.hawser.core.fuzz.FuzzTarget;
import dev.hawser.core.fuzz.Holds;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.EventJson;
import dev.hawser.core.model.RunId;
import dev.hawser.core.port.AgentConnector.Stopped;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * An agent's answer in one of its forms: the first byte says in which pieces it comes, the rest is the body. How it is cut
 * does not matter; whatever it says is an event that can be kept, or the answer is refused.
 */
public final class AnswerTarget implements FuzzTarget {
    private final Form form;

    /** The forms of an answer. */
    public enum Form { SSE, NDJSON, DOCUMENT }

    public AnswerTarget(Form form) {
        this.form = form;
    }

    @Override
    public String name() {
        return "answer-" + form.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public List<byte[]> seeds() {
        String delta = "{\"type\":\"text.delta\",\"delta\":\"\u00e9\"}";
        return switch (form) {
            case SSE -> FuzzTarget.texts("1data: " + delta + "\n\n", "2data:{\r\ndata: }\r\n\r\n", "3\ufeffdata\rdata: x\r\r",
                    "4: comment\nevent: e\nid: 1\nretry: 5\ndata: " + delta + "\n\ndata: x", "5\n\n\n", "6data: \n\ndatax: y\n\n");
            case NDJSON -> FuzzTarget.texts("1" + delta + "\n" + delta, "2\ufeff" + delta + "\r\n\r\n \t\n", "3{\"type\":", "4\n\n");
            case DOCUMENT -> FuzzTarget.texts("1{\"text\":\"hi\"}", "2{\"text\":null,\"a2uiActions\":[{}],\"events\":[" + delta + "]}",
                    "3{\"events\":[{\"type\":\"run.completed\"},1]}", "4[]", "5{\"text\":\"\\ud800\"}");
        };
    }

    @Override
    public void take(byte[] input) throws InterruptedException, Stopped {
        if (input.length == 0) {
            return;
        }
        byte[] body = Arrays.copyOfRange(input, 1, input.length);
        List<Object> whole = read(body, Integer.MAX_VALUE);
        Holds.same(read(body, 1 + (input[0] & 0x3f)), whole, "cut");
    }

    /** The events, and the refusal behind them. */
    private List<Object> read(byte[] body, int piece) throws InterruptedException, Stopped {
        List<Object> all = new ArrayList<>();
        AnswerSink sink = new AnswerSink(event -> {
            EventJson.write(event);
            all.add(event);
        }, new RunId("r"));
        try {
            switch (form) {
                case SSE -> stream(new SseParser(), sink, body, piece);
                case NDJSON -> stream(new NdjsonParser(), sink, body, piece);
                case DOCUMENT -> sink.document(body);
            }
        } catch (Malformed malformed) {
            Holds.presentable(malformed.fault().message());
            all.add(malformed.fault());
        }
        Holds.that(all.stream().filter(EventBody.class::isInstance).count() <= body.length, "more than was said");
        return all;
    }

    private static void stream(EventParser parser, AnswerSink sink, byte[] body, int piece)
            throws Malformed, InterruptedException, Stopped {
        for (int at = 0; at < body.length; at += Math.min(piece, body.length - at)) {
            parser.feed(ByteBuffer.wrap(body, at, Math.min(piece, body.length - at)));
            for (byte[] event = parser.next(); event != null; event = parser.next()) {
                Holds.that(event.length > 0 && event.length <= EventParser.MAX_EVENT, "an event of " + event.length);
                sink.event(event);
                if (sink.over()) {
                    return;
                }
            }
        }
        byte[] last = parser.end();
        if (last != null) {
            sink.event(last);
        }
    }
}
