package dev.hawser.gateway.agent.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hawser.core.model.Code;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EventParserTest {
    private static final String BOM = "\uFEFF";

    static Stream<Arguments> sse() {
        return Stream.of(
                sse("", List.of()),
                sse("data: {}\n\n", List.of("{}")),
                sse("data:{}\n\n", List.of("{}")),
                sse("data:  {}\n\n", List.of(" {}")),
                sse("data: {}\r\n\r\n", List.of("{}")),
                sse("data: {}\r\r", List.of("{}")),
                sse("data: 1\r\n\ndata: 2\r\r\ndata: 3\n\r\n", List.of("1", "2", "3")),
                sse("data: 1\r\rdata: 2\n\n", List.of("1", "2")),
                sse("data: {\ndata: \"a\": 1\ndata: }\n\n", List.of("{\n\"a\": 1\n}")),
                sse("data: a\ndata\ndata: b\n\n", List.of("a\n\nb")),
                sse(": hello\n\ndata: 1\n: in between\ndata: 2\n\n", List.of("1\n2")),
                sse("event: text.delta\nid: 7\nretry: 10\nfoo: bar\nfoo\ndata: 1\n\n", List.of("1")),
                sse("dataset: 1\ndat: 2\nDATA: 3\n data: 4\n\n", List.of()),
                sse("data\n\ndata:\n\ndata: \n\n", List.of()),
                sse("\n\n\ndata: 1\n\n\n\ndata: 2\n\n", List.of("1", "2")),
                sse(BOM + "data: 1\n\n", List.of("1")),
                sse("data: 1\n\n" + BOM + "data: 2\n\n", List.of("1")),
                sse("data: " + BOM + "\n\n", List.of(BOM)),
                sse("data: a:b: c\n\n", List.of("a:b: c")),
                sse("data: grüße 🎉\n\n", List.of("grüße 🎉")),
                sse("data: 1\n\n: the end", List.of("1")),
                sse("data: 1\n\nevent: foo\n", List.of("1")));
    }

    static Stream<Arguments> ndjson() {
        return Stream.of(
                ndjson("", List.of()),
                ndjson("{}\n", List.of("{}")),
                ndjson("{}\r\n{\"a\":1}\r\n", List.of("{}", "{\"a\":1}")),
                ndjson("{\"a\":\r1}\n", List.of("{\"a\":\r1}")),
                ndjson("\n \n\t\n{}\n\r\n\n", List.of("{}")),
                ndjson("{}\n{\"last\":true}", List.of("{}", "{\"last\":true}")),
                ndjson("{}\n  ", List.of("{}")),
                ndjson(BOM + "{}\n", List.of("{}")),
                ndjson("not json\n", List.of("not json")),
                ndjson("{\"a\":\"grüße 🎉\"}\n", List.of("{\"a\":\"grüße 🎉\"}")));
    }

    static Stream<Arguments> both() {
        return Stream.concat(sse(), ndjson());
    }

    @ParameterizedTest
    @MethodSource("both")
    void anyCutGivesTheSame(Supplier<EventParser> parser, String text, List<String> events) throws Malformed {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int cut = 0; cut <= bytes.length; cut++) {
            assertThat(parse(parser.get(), bytes, cut)).describedAs("cut at %d", cut).isEqualTo(events);
        }
        assertThat(parse(parser.get(), bytes, 1, true)).isEqualTo(events);
    }

    static Stream<Arguments> truncated() {
        return Stream.of(
                sse("data: {}", List.of()),
                sse("data: {}\n", List.of()),
                sse("data: {}\r\n", List.of()),
                sse("data: 1\n\ndata: 2\n", List.of("1")),
                sse("data: 1\n\ndat", List.of("1")),
                ndjson("{}\n{\"a\":", List.of("{}")),
                ndjson("{\"a\":\"b", List.of()));
    }

    @ParameterizedTest
    @MethodSource("truncated")
    void anEndInsideAnEventIsNotPassedOver(Supplier<EventParser> parser, String text, List<String> events) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int cut = 0; cut <= bytes.length; cut++) {
            int at = cut;
            assertThatThrownBy(() -> parse(parser.get(), bytes, at))
                    .isInstanceOfSatisfying(Malformed.class,
                            e -> assertThat(e.fault().code()).isEqualTo(Code.AGENT_TRUNCATED));
        }
    }

    @Test
    void largestEventPasses() throws Malformed {
        String data = "x".repeat(EventParser.MAX_EVENT);
        assertThat(parse(new SseParser(), ("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8), 70_000))
                .containsExactly(data);
        assertThat(parse(new NdjsonParser(), (data + "\n").getBytes(StandardCharsets.UTF_8), 70_000))
                .containsExactly(data);
        String half = "x".repeat(EventParser.MAX_EVENT / 2);
        assertThat(parse(new SseParser(), ("data:" + half + "\ndata:" + half.substring(1) + "\n\n")
                .getBytes(StandardCharsets.UTF_8), 9)).hasSize(1);
    }

    @Test
    void largerEventsAreRefusedBeforeTheyAreHeld() {
        String data = "x".repeat(EventParser.MAX_EVENT + 1);
        refused(new SseParser(), "data: " + data + "\n\n");
        refused(new SseParser(), ":" + "x".repeat(300_000));
        refused(new SseParser(), "data:" + data.substring(2) + "\ndata:x\ndata:x\n\n");
        refused(new NdjsonParser(), data + "\n");
        refused(new NdjsonParser(), data + "xxxxxxxxx");
    }

    @Test
    void manyEventsKeepTheBufferSmall() throws Malformed {
        SseParser parser = new SseParser();
        byte[] event = "data: {\"type\":\"text.delta\",\"delta\":\"a\"}\n\ndata: {\"type\"".getBytes(StandardCharsets.UTF_8);
        byte[] rest = ":1}\n\n".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 100_000; i++) {
            parser.feed(ByteBuffer.wrap(event));
            assertThat(parser.next()).isNotNull();
            assertThat(parser.next()).isNull();
            parser.feed(ByteBuffer.wrap(rest));
            assertThat(parser.next()).isNotNull();
            assertThat(parser.next()).isNull();
        }
        assertThat(parser.end()).isNull();
    }

    private static void refused(EventParser parser, String text) {
        assertThatThrownBy(() -> parse(parser, text.getBytes(StandardCharsets.UTF_8), 1000))
                .isInstanceOfSatisfying(Malformed.class,
                        e -> assertThat(e.fault().code()).isEqualTo(Code.INVALID_AGENT_EVENT));
    }

    private static List<String> parse(EventParser parser, byte[] bytes, int cut) throws Malformed {
        return parse(parser, bytes, cut, false);
    }

    /** Feeds the bytes in two pieces, or in pieces of {@code cut} bytes. */
    private static List<String> parse(EventParser parser, byte[] bytes, int cut, boolean repeat) throws Malformed {
        List<String> events = new ArrayList<>();
        int from = 0;
        while (from < bytes.length) {
            int to = repeat || from == 0 && cut > 0 ? Math.min(bytes.length, from + cut) : bytes.length;
            parser.feed(ByteBuffer.wrap(bytes, from, to - from));
            for (byte[] event = parser.next(); event != null; event = parser.next()) {
                events.add(new String(event, StandardCharsets.UTF_8));
            }
            from = to;
        }
        byte[] last = parser.end();
        if (last != null) {
            events.add(new String(last, StandardCharsets.UTF_8));
        }
        return events;
    }

    private static Arguments sse(String text, List<String> events) {
        return Arguments.of((Supplier<EventParser>) SseParser::new, text, events);
    }

    private static Arguments ndjson(String text, List<String> events) {
        return Arguments.of((Supplier<EventParser>) NdjsonParser::new, text, events);
    }
}
