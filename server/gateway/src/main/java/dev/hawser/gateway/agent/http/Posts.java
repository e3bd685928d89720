package dev.hawser.gateway.agent.http;

import dev.hawser.core.model.Code;
import dev.hawser.core.model.Fault;
import dev.hawser.core.port.AgentConnector.Outcome;
import dev.hawser.core.port.AgentConnector.Stopped;
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
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLException;

/**
 * The way to one agent over HTTP: JSON is posted, an answer is read. Status 429 and 503 are tried again a few times.
 * Interrupting the thread ends the exchange at once. Holds no state between attempts. Safe for all threads.
 */
public final class Posts {
    /** How long the connecting alone may take. */
    private static final Duration CONNECT = Duration.ofSeconds(10);

    private final HttpClient client;
    private final HttpRequest.Builder template;
    private final Duration timeout;
    private final IntFunction<Fault> statuses;
    private final Means means;
    private final Retries retries = Retries.DEFAULT;

    /** Time and chance. */
    public record Means(InstantSource clock, RandomGenerator random, Sleeper sleeper) {}

    /**
     * @param client   shared by all agents, see {@link #client()}
     * @param headers  sent with each request; secrets
     * @param timeout  the most that one attempt takes in all, waits included
     * @param statuses what a status means that is no success
     * @throws IllegalArgumentException where the URL or a header is not one that can be sent
     */
    public Posts(HttpClient client, URI url, Map<String, String> headers, Duration timeout, IntFunction<Fault> statuses,
            Means means) {
        this.client = client;
        this.template = template(url, headers);
        this.timeout = timeout;
        this.statuses = statuses;
        this.means = means;
    }

    /**
     * The client that all agents share. Virtual threads carry the many small chunks for about two thirds of the CPU time
     * that the client's own pool of threads takes.
     */
    public static HttpClient client() {
        return HttpClient.newBuilder()
                .connectTimeout(CONNECT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();
    }

    /** What an attempt does with the exchanges that it has. */
    @FunctionalInterface
    public interface Work {
        Outcome with(Attempt attempt) throws AgentFailure, InterruptedException, Stopped;
    }

    /**
     * Does the work, and says how it ended. Blocks.
     *
     * @throws InterruptedException where the thread was interrupted, or nothing more is taken of the attempt
     */
    public Outcome attempt(Work work) throws InterruptedException {
        try {
            return work.with(new Attempt(means.clock().instant().plus(timeout)));
        } catch (AgentFailure e) {
            return new Outcome.Failed(e.fault());
        } catch (Stopped e) {
            // The run belongs to somebody else now: whatever is returned does not count.
            throw new InterruptedException(e.getMessage());
        }
    }

    /** The exchanges of one attempt, which share its time. For one thread. */
    public final class Attempt {
        private final Instant deadline;

        private Attempt(Instant deadline) {
            this.deadline = deadline;
        }

        /** How much of the attempt's time is left; not positive where none is. */
        public Duration left() {
            return Duration.between(means.clock().instant(), deadline);
        }

        /**
         * Posts JSON and waits for the answer's head. Blocks.
         *
         * @throws AgentFailure where no successful answer comes
         */
        public Answer post(byte[] json) throws AgentFailure, InterruptedException {
            HttpRequest call = template.copy().POST(HttpRequest.BodyPublishers.ofByteArray(json)).build();
            for (int repetition = 1; ; repetition++) {
                HttpResponse<ChunkQueue> response = send(call);
                ChunkQueue body = response.body();
                int status = response.statusCode();
                if (status / 100 == 2) {
                    body.limit(left());
                    return new Answer(status, response.headers(), body);
                }
                body.close();
                if (status != 429 && status != 503) {
                    throw new AgentFailure(statuses.apply(status));
                }
                Instant now = means.clock().instant();
                Duration wait = retries.before(repetition, response.headers(), now, means.random());
                if (repetition > retries.max() || now.plus(wait).isAfter(deadline)) {
                    throw AgentFailure.of(Code.AGENT_UNAVAILABLE, "The agent is busy");
                }
                means.sleeper().sleep(wait);
            }
        }

        private HttpResponse<ChunkQueue> send(HttpRequest call) throws InterruptedException, AgentFailure {
            ChunkQueue body = new ChunkQueue();
            CompletableFuture<HttpResponse<ChunkQueue>> exchange = client.sendAsync(call, _ -> body);
            boolean answered = false;
            try {
                HttpResponse<ChunkQueue> response = exchange.get(left().toNanos(), TimeUnit.NANOSECONDS);
                answered = true;
                return response;
            } catch (TimeoutException e) {
                throw AgentFailure.of(Code.AGENT_TIMEOUT);
            } catch (ExecutionException e) {
                throw AgentFailure.of(unreachable(e.getCause()) ? Code.AGENT_UNAVAILABLE : Code.AGENT_TRUNCATED);
            } finally {
                if (!answered) {
                    exchange.cancel(true);
                    // An answer may have begun in this very moment.
                    body.close();
                }
            }
        }
    }

    /** HTTP/2 only where TLS negotiates it: the upgrade from plain HTTP/1.1 confuses too many servers. */
    private static HttpRequest.Builder template(URI url, Map<String, String> headers) {
        boolean tls = "https".equalsIgnoreCase(url.getScheme());
        HttpRequest.Builder builder = HttpRequest.newBuilder(url)
                .version(tls ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1)
                .setHeader("Content-Type", "application/json");
        headers.forEach(builder::setHeader);
        return builder;
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
}
