package dev.hawser.gateway.agent.http;

import dev.hawser.core.model.Code;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Json;
import dev.hawser.core.port.AgentConnector;
import dev.hawser.gateway.agent.AgentCall;
import dev.hawser.gateway.agent.Sleeper;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * An agent behind a URL. Each attempt is one POST of the run as JSON, answered by a JSON document, by server-sent events or
 * by newline-delimited JSON of session events. A clean end without a terminal event is completion, or a pause where the
 * agent has asked for an approval; a broken one is {@code AGENT_TRUNCATED}. Status 429 and 503 are tried again a few times.
 * Interrupting the thread ends the exchange at once. Holds no state between attempts. Safe for all threads.
 */
public final class HttpAgent implements AgentConnector {
    private final Posts posts;

    /**
     * @param client  shared by all agents, see {@link Posts#client()}
     * @param headers sent with each request; secrets
     * @param timeout the most that one attempt takes in all, waits included
     * @throws IllegalArgumentException where the URL or a header is not one that can be sent
     */
    public HttpAgent(HttpClient client, URI url, Map<String, String> headers, Duration timeout, InstantSource clock,
            RandomGenerator random, Sleeper sleeper) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("Accept", "text/event-stream, application/x-ndjson, application/json");
        all.putAll(headers);
        posts = new Posts(client, url, all, timeout, HttpAgent::fault, new Posts.Means(clock, random, sleeper));
    }

    @Override
    public Outcome run(Request request, Sink sink) throws InterruptedException {
        return posts.attempt(attempt -> {
            try (Answer answer = attempt.post(Json.bytes(AgentCall.json(request)))) {
                return AnswerReader.read(answer, new AnswerSink(sink, request.run().id()));
            }
        });
    }

    /** What a status that is no success says of an agent. */
    public static Fault fault(int status) {
        return Fault.of(Code.AGENT_ERROR, "The agent answered with status " + status);
    }
}
