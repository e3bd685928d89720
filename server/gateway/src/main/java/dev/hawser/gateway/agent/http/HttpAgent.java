package dev.hawser.gateway.agent.http;

import dev.hawser.core.model.Code;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Json;
import dev.hawser.core.port.AgentConnector;
import dev.hawser.gateway.agent.AgentCall;
import dev.hawser.gateway.agent.Sleeper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLException;

/**
 * An agent behind a URL. Each attempt is one POST of the run as JSON, answered by a JSON document, by server-sent events or
 * by newline-delimited JSON of session events. A clean end without a terminal event is completion, or a pause where the
 * agent has asked for an approval; a broken one is {@code AGENT_TRUNCATED}. Status 429 and 503 are tried again a few times.
 * Interrupting the thread ends the exchange at once. Holds no state between attempts. Safe for all threads.
 */
public final class HttpAgent implements AgentConnector {
    /** How long the connecting alone may take. */
    private static final Duration CONNECT = Duration.ofSeconds(10);

    private final HttpClient client;
    private final HttpRequest.Builder template;
    private final Duration timeout;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Sleeper sleeper;
    private final Retries retries = Retries.DEFAULT;

    /**
     * @param client  shared by all agents, see {@link #client()}
     * @param headers sent with each request; secrets
     * @param timeout the most that one attempt takes in all, waits included
     * @throws IllegalArgumentException where the URL or a header is not one that can be sent
     */
    public HttpAgent(HttpClient client, URI url, Map<String, String> headers, Duration timeout, InstantSource clock,
            RandomGenerator random, Sleeper sleeper) {
        this.client = client;
        this.template = template(url, headers);
        this.timeout = timeout;
        this.clock = clock;
        this.random = random;
        this.sleeper = sleeper;
    }

    /**
     * The client that all HTTP agents share. Virtual threads carry the many small chunks for about two thirds of the CPU time
     * that the client's own pool of threads takes.
     */
    public static HttpClient client() {
        return HttpClient.newBuilder()
                .connectTimeout(CONNECT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();
    }

    @Override
    public Outcome run(Request request, Sink sink) throws InterruptedException {
        HttpRequest call = call(Json.bytes(AgentCall.json(request)));
        Instant deadline = clock.instant().plus(timeout);
        try {
            for (int repetition = 1; ; repetition++) {
                HttpResponse<ChunkQueue> response = send(call, deadline);
                try (ChunkQueue body = response.body()) {
                    int status = response.statusCode();
                    if (status / 100 == 2) {
                        body.limit(Duration.between(clock.instant(), deadline));
                        return new AnswerReader(body).read(status, response.headers(), new AnswerSink(sink));
                    }
                    if (status != 429 && status != 503) {
                        return failed(Code.AGENT_ERROR, "The agent answered with status " + status);
                    }
                }
                Duration wait = retries.before(repetition, response.headers(), clock.instant(), random);
                if (repetition > retries.max() || clock.instant().plus(wait).isAfter(deadline)) {
                    return failed(Code.AGENT_UNAVAILABLE, "The agent is busy");
                }
                sleeper.sleep(wait);
            }
        } catch (Unreachable e) {
            return failed(Code.AGENT_UNAVAILABLE, Code.AGENT_UNAVAILABLE.message());
        } catch (TimeoutException e) {
            return failed(Code.AGENT_TIMEOUT, Code.AGENT_TIMEOUT.message());
        } catch (IOException e) {
            return failed(Code.AGENT_TRUNCATED, Code.AGENT_TRUNCATED.message());
        } catch (Malformed e) {
            return new Outcome.Failed(e.fault());
        } catch (Stopped e) {
            // The run belongs to somebody else now: whatever is returned does not count.
            throw new InterruptedException(e.getMessage());
        }
    }

    /** HTTP/2 only where TLS negotiates it: the upgrade from plain HTTP/1.1 confuses too many servers. */
    private static HttpRequest.Builder template(URI url, Map<String, String> headers) {
        boolean tls = "https".equalsIgnoreCase(url.getScheme());
        HttpRequest.Builder builder = HttpRequest.newBuilder(url)
                .version(tls ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1)
                .setHeader("Content-Type", "application/json")
                .setHeader("Accept", "text/event-stream, application/x-ndjson, application/json");
        headers.forEach(builder::setHeader);
        return builder;
    }

    private HttpRequest call(byte[] body) {
        return template.copy().POST(HttpRequest.BodyPublishers.ofByteArray(body)).build();
    }

    private HttpResponse<ChunkQueue> send(HttpRequest call, Instant deadline)
            throws InterruptedException, TimeoutException, IOException, Unreachable {
        ChunkQueue body = new ChunkQueue();
        CompletableFuture<HttpResponse<ChunkQueue>> exchange = client.sendAsync(call, _ -> body);
        boolean answered = false;
        try {
            long patience = Duration.between(clock.instant(), deadline).toNanos();
            HttpResponse<ChunkQueue> response = exchange.get(patience, TimeUnit.NANOSECONDS);
            answered = true;
            return response;
        } catch (ExecutionException e) {
            if (unreachable(e.getCause())) {
                throw new Unreachable();
            }
            throw new IOException(e.getCause());
        } finally {
            if (!answered) {
                exchange.cancel(true);
                // An answer may have begun in this very moment.
                body.close();
            }
        }
    }

    /** The client wraps now and then what it says plainly at other times. */
    private static boolean unreachable(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException
                    || cause instanceof SSLException || cause instanceof UnresolvedAddressException) {
                return true;
            }
        }
        return false;
    }

    private static Outcome failed(Code code, String message) {
        return new Outcome.Failed(Fault.of(code, message));
    }

    /** No connection came about. */
    private static final class Unreachable extends Exception {
        Unreachable() {
            super(null, null, false, false);
        }
    }
}
