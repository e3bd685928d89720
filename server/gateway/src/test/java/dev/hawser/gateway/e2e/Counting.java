package dev.hawser.gateway.e2e;

import dev.hawser.gateway.agent.ScriptedServer;
import dev.hawser.gateway.agent.ScriptedServer.Answer;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** An agent behind HTTP that counts, a number an event, as far as the test lets it. */
final class Counting {
    static final String AGENT = "remote";

    private Counting() {}

    /** What a gateway is started with beside the demo agent. */
    static Map<String, String> settings(ScriptedServer server) {
        return Map.of("HAWSER_AGENTS", """
                {"demo": {"type": "demo"}, "%s": {"type": "http", "url": "%s"}}""".formatted(AGENT, server.url("/run")));
    }

    /** The numbers from 1, and the end. */
    static Answer upTo(int last) {
        return Answer.sse(IntStream.rangeClosed(1, last).mapToObj(Counting::event).collect(Collectors.joining()));
    }

    static String event(int number) {
        return "data: {\"type\":\"text.delta\",\"delta\":\"" + number + " \"}\n\n";
    }

    /** The whole answer. */
    static String text(int last) {
        return IntStream.rangeClosed(1, last).mapToObj(number -> number + " ").collect(Collectors.joining());
    }
}
