package dev.hawser.gateway.agent.http;

import dev.hawser.core.port.AgentConnector.Outcome;
import dev.hawser.core.port.AgentConnector.Stopped;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeoutException;

/** Reads the body of one successful answer in whichever of the forms it has. For one thread. */
final class AnswerReader {
    /** Largest JSON document, in bytes. */
    static final int MAX_DOCUMENT = 4 * 1024 * 1024;

    private static final int NO_CONTENT = 204;

    private final ChunkQueue body;

    AnswerReader(ChunkQueue body) {
        this.body = body;
    }

    Outcome read(int status, HttpHeaders headers, AnswerSink answer)
            throws InterruptedException, IOException, TimeoutException, Malformed, Stopped {
        if (status == NO_CONTENT) {
            return answer.outcome();
        }
        String type = headers.firstValue("Content-Type").orElse("").split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        switch (type) {
            case "text/event-stream" -> stream(new SseParser(), answer);
            case "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines" ->
                    stream(new NdjsonParser(), answer);
            case "application/json" -> answer.document(document());
            default -> throw Malformed.invalid("The agent answered with a content type that is not known");
        }
        return answer.outcome();
    }

    private void stream(EventParser parser, AnswerSink answer)
            throws InterruptedException, IOException, TimeoutException, Malformed, Stopped {
        for (List<ByteBuffer> chunk = body.take(); chunk != null; chunk = body.take()) {
            for (ByteBuffer buffer : chunk) {
                parser.feed(buffer);
                for (byte[] event = parser.next(); event != null; event = parser.next()) {
                    answer.event(event);
                    if (answer.over()) {
                        return;
                    }
                }
            }
        }
        byte[] last = parser.end();
        if (last != null) {
            answer.event(last);
        }
    }

    private byte[] document() throws InterruptedException, IOException, TimeoutException, Malformed {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (List<ByteBuffer> chunk = body.take(); chunk != null; chunk = body.take()) {
            for (ByteBuffer buffer : chunk) {
                if (all.size() + buffer.remaining() > MAX_DOCUMENT) {
                    throw Malformed.invalid("The agent's answer is larger than " + MAX_DOCUMENT + " bytes");
                }
                byte[] bytes = new byte[buffer.remaining()];
                buffer.get(bytes);
                all.writeBytes(bytes);
            }
        }
        return all.toByteArray();
    }
}
