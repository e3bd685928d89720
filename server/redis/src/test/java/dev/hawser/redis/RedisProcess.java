package dev.hawser.redis;

import dev.hawser.core.kit.Ports;
import io.lettuce.core.Consumer;
import io.lettuce.core.RedisBusyException;
import io.lettuce.core.RedisClient;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XAutoClaimArgs;
import io.lettuce.core.XGroupCreateArgs;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import java.io.IOException;
import java.util.List;
import redis.embedded.RedisServer;

/** A Redis server of its own, with a stream of runs and consumers of it. */
public final class RedisProcess implements AutoCloseable {
    private static final String STREAM = "runs";

    private final int port;
    private final RedisClient client;
    private RedisServer server;
    private StatefulRedisConnection<String, String> connection;

    public RedisProcess() throws IOException {
        server = Ports.use(RedisProcess::started);
        port = server.ports().getFirst();
        client = RedisClient.create("redis://127.0.0.1:" + port);
        connection = client.connect();
    }

    private static RedisServer started(int port) throws IOException {
        RedisServer server = RedisServer.newRedisServer().port(port).setting("save \"\"").setting("bind 127.0.0.1").build();
        server.start();
        return server;
    }

    /** As an operator would configure it. */
    public String url() {
        return "redis://127.0.0.1:" + port + "/" + STREAM;
    }

    public void start() throws IOException {
        server = started(port);
        connection = client.connect();
    }

    public void stop() throws IOException {
        connection.close();
        server.stop();
    }

    /** What is there for a consumer of the group; waits up to half a second for something to come. */
    @SuppressWarnings("unchecked")
    public List<StreamMessage<String, String>> read(String consumer, int count) {
        try {
            connection.sync().xgroupCreate(XReadArgs.StreamOffset.from(STREAM, "0"), RedisQueue.GROUP,
                    XGroupCreateArgs.Builder.mkstream());
        } catch (RedisBusyException e) {
            // As every consumer does it: whoever comes first makes the group.
        }
        return connection.sync().xreadgroup(Consumer.from(RedisQueue.GROUP, consumer),
                XReadArgs.Builder.block(500).count(count), XReadArgs.StreamOffset.lastConsumed(STREAM));
    }

    /** What others of the group took and did not acknowledge for some time. */
    public List<StreamMessage<String, String>> takeOver(String consumer, long idleMillis) {
        return connection.sync().xautoclaim(STREAM, XAutoClaimArgs.Builder.xautoclaim(
                Consumer.from(RedisQueue.GROUP, consumer), idleMillis, "0-0")).getMessages();
    }

    public void acknowledge(StreamMessage<String, String> message) {
        connection.sync().xack(STREAM, RedisQueue.GROUP, message.getId());
        connection.sync().xdel(STREAM, message.getId());
    }

    @Override
    public void close() throws IOException {
        stop();
        client.shutdown();
    }
}
