package dev.hawser.gateway.agent.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.Utf8;
import dev.hawser.core.port.AgentConnector.Stopped;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeoutException;

/**
 * A successful answer of an agent over HTTP, its body read as it comes in. Every read blocks, within the time of its attempt.
 * Closing it hangs up where the body has not ended. For one thread.
 */
public final class Answer implements AutoCloseable {
    /** Largest JSON document, in bytes. */
    public static final int MAX_DOCUMENT = 4 * 1024 * 1024;
    /** Largest event of a stream, in bytes. */
    public static final int MAX_EVENT = EventParser.MAX_EVENT;

    private static final int NO_CONTENT = 204;

    private final int status;
    private final HttpHeaders headers;
    private final ChunkQueue body;

    Answer(int status, HttpHeaders headers, ChunkQueue body) {
        this.status = status;
        this.headers = headers;
        this.body = body;
    }

    /** Takes the events of a stream. */
    @FunctionalInterface
    public interface Taker {
        /**
         * One event's bytes as they came, at most {@link #MAX_EVENT}; neither UTF-8 nor JSON is checked.
         *
         * @return whether the next one is wanted
         */
        boolean take(byte[] event) throws AgentFailure, InterruptedException, Stopped;
    }

    /** Whether the agent says that there is no body. */
    public boolean empty() {
        return status == NO_CONTENT;
    }

    /** The media type, in lower case without parameters; empty where none is named. */
    public String type() {
        return headers.firstValue("Content-Type").orElse("").split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads server-sent events up to the end of the stream, or until no more is wanted.
     *
     * @throws AgentFailure where the stream breaks off, takes too long, or holds too large an event
     */
    public void sse(Taker taker) throws AgentFailure, InterruptedException, Stopped {
        stream(new SseParser(), taker);
    }

    /** The same for newline-delimited JSON. */
    public void ndjson(Taker taker) throws AgentFailure, InterruptedException, Stopped {
        stream(new NdjsonParser(), taker);
    }

    private void stream(EventParser parser, Taker taker) throws AgentFailure, InterruptedException, Stopped {
        for (List<ByteBuffer> chunk = chunk(); chunk != null; chunk = chunk()) {
            for (ByteBuffer buffer : chunk) {
                parser.feed(buffer);
                for (byte[] event = parser.next(); event != null; event = parser.next()) {
                    if (!taker.take(event)) {
                        return;
                    }
                }
            }
        }
        byte[] last = parser.end();
        if (last != null) {
            taker.take(last);
        }
    }

    /** The whole body. */
    public byte[] document() throws AgentFailure, InterruptedException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (List<ByteBuffer> chunk = chunk(); chunk != null; chunk = chunk()) {
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

    /** @throws AgentFailure where the bytes are not JSON in UTF-8 */
    public static JsonNode json(byte[] bytes) throws AgentFailure {
        if (!Utf8.valid(bytes)) {
            throw Malformed.invalid("The agent's answer is not valid UTF-8");
        }
        try {
            return Json.parse(bytes);
        } catch (IOException e) {
            throw Malformed.invalid("The agent's answer is not valid JSON");
        }
    }

    private List<ByteBuffer> chunk() throws AgentFailure, InterruptedException {
        try {
            return body.take();
        } catch (TimeoutException e) {
            throw AgentFailure.of(Code.AGENT_TIMEOUT);
        } catch (IOException e) {
            throw AgentFailure.of(Code.AGENT_TRUNCATED);
        }
    }

    @Override
    public void close() {
        body.close();
    }
}
