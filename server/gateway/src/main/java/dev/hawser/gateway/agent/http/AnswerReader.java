package dev.hawser.gateway.agent.http;

import dev.hawser.core.port.AgentConnector.Outcome;
import dev.hawser.core.port.AgentConnector.Stopped;

/** Reads the body of one successful answer in whichever of the forms it has. For one thread. */
final class AnswerReader {
    private AnswerReader() {}

    static Outcome read(Answer answer, AnswerSink sink) throws AgentFailure, InterruptedException, Stopped {
        if (answer.empty()) {
            return sink.outcome();
        }
        switch (answer.type()) {
            case "text/event-stream" -> answer.sse(event -> take(event, sink));
            case "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines" ->
                    answer.ndjson(event -> take(event, sink));
            case "application/json" -> sink.document(answer.document());
            default -> throw Malformed.invalid("The agent answered with a content type that is not known");
        }
        return sink.outcome();
    }

    private static boolean take(byte[] event, AnswerSink sink) throws AgentFailure, InterruptedException, Stopped {
        sink.event(event);
        return !sink.over();
    }
}
