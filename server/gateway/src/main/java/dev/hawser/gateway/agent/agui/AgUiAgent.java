package dev.hawser.gateway.agent.agui;

import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Run;
import dev.hawser.core.port.AgentConnector;
import dev.hawser.gateway.agent.http.Answer;
import dev.hawser.gateway.agent.http.Malformed;
import dev.hawser.gateway.agent.http.Posts;
import java.util.List;
import java.util.function.Function;

/**
 * An agent that speaks AG-UI 1.0 over HTTP. Each attempt is one POST of {@code RunAgentInput}, answered by server-sent events that
 * are held to the protocol before any of them is stored. An interrupt pauses the run; what a person decides goes back in
 * {@code resume} of the next POST. Holds no state between attempts. Safe for all threads.
 */
public final class AgUiAgent implements AgentConnector {
    private final Posts posts;
    private final Function<Run, List<EventBody>> past;

    /** @param past gives the run's own events so far that are valid, in log order. May block */
    public AgUiAgent(Posts posts, Function<Run, List<EventBody>> past) {
        this.posts = posts;
        this.past = past;
    }

    @Override
    public Outcome run(Request request, Sink sink) throws InterruptedException {
        List<EventBody> before = past.apply(request.run());
        Input input = Input.of(request, before);
        return posts.attempt(attempt -> {
            AgUiStream stream = new AgUiStream(sink, AgUiStream.Known.of(input.messages(), before));
            try (Answer answer = attempt.post(input.json())) {
                if (!answer.type().equals("text/event-stream")) {
                    throw Malformed.invalid("The agent answered with a content type that is not known");
                }
                answer.sse(stream::take);
            }
            return stream.end();
        });
    }
}
