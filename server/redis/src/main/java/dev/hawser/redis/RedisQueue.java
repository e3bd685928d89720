package dev.hawser.redis;

import dev.hawser.core.port.ExternalQueue;
import dev.hawser.core.port.QueueException;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisBusyException;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.XGroupCreateArgs;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A Redis stream. Each announcement is an entry with the fields {@code message}, the JSON, and {@code key}; the consumer
 * group {@value #GROUP} is made with the stream. Nothing is trimmed here: consumers delete what they have acknowledged.
 *
 * @see <a href="https://redis.io/docs/latest/develop/data-types/streams/">Redis streams</a>
 */
public final class RedisQueue implements ExternalQueue {
    /** The consumer group that is there from the beginning. */
    public static final String GROUP = "hawser";
    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final Duration CALL = Duration.ofSeconds(5);

    private final RedisURI server;
    private final String stream;
    private final RedisClient client;

    // Guarded by this.
    private StatefulRedisConnection<String, String> connection;

    private RedisQueue(RedisURI server, String stream) {
        this.server = server;
        this.stream = stream;
        client = RedisClient.create();
        client.setOptions(ClientOptions.builder()
                .autoReconnect(false)
                .socketOptions(SocketOptions.builder().connectTimeout(CONNECT).build())
                .timeoutOptions(TimeoutOptions.enabled(CALL))
                .build());
    }

    /**
     * Does not connect: a server that is away is no reason for a gateway not to start.
     *
     * @param url {@code redis[s]://[user:password@]host[:port]/STREAM}
     * @throws IllegalArgumentException where it is not of that form
     */
    public static RedisQueue open(String url) {
        URI uri = parsed(url);
        String stream = uri.getPath() == null ? "" : uri.getPath().substring(Math.min(1, uri.getPath().length()));
        if (uri.getHost() == null || stream.isEmpty()) {
            throw malformed();
        }
        RedisURI server = RedisURI.create(uri.getScheme() + "://" + uri.getRawAuthority());
        server.setTimeout(CALL);
        return new RedisQueue(server, stream);
    }

    /** The parser's own message would quote the password. */
    private static URI parsed(String url) {
        try {
            return new URI(url);
        } catch (URISyntaxException e) {
            throw malformed();
        }
    }

    private static IllegalArgumentException malformed() {
        return new IllegalArgumentException("a queue on Redis is redis://host:port/STREAM");
    }

    @Override
    public void publish(Message message) {
        Map<String, String> entry = new LinkedHashMap<>();
        entry.put("message", message.json());
        entry.put("key", message.key());
        call("publish to", () -> connected().sync().xadd(stream, entry));
    }

    @Override
    public void verify() {
        call("reach", () -> connected().sync().xlen(stream));
    }

    /** The one connection. Each is given up at its first failure: a server that comes back may have lost the group. */
    private synchronized StatefulRedisConnection<String, String> connected() {
        if (connection == null) {
            StatefulRedisConnection<String, String> fresh = client.connect(server);
            try {
                fresh.sync().xgroupCreate(
                        XReadArgs.StreamOffset.from(stream, "0"), GROUP, XGroupCreateArgs.Builder.mkstream());
            } catch (RedisBusyException e) {
                // There is one already: the usual case.
            } catch (RuntimeException e) {
                fresh.close();
                throw e;
            }
            connection = fresh;
        }
        return connection;
    }

    private void call(String what, Runnable call) {
        try {
            call.run();
        } catch (RedisException e) {
            disconnect();
            throw new QueueException("Could not " + what + " the Redis stream " + stream + ": " + reason(e), e);
        }
    }

    private static String reason(RedisException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private synchronized void disconnect() {
        if (connection != null) {
            connection.closeAsync();
            connection = null;
        }
    }

    @Override
    public void close() {
        disconnect();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }
}
