package dev.hawser.bench.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hawser.bench.wire.Pacer;
import dev.hawser.bench.wire.Transport;
import io.netty.channel.EventLoopGroup;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StreamAgentTest {
    private final EventLoopGroup loops = Transport.loops(1, "test");
    private final StreamAgent agent = StreamAgent.start(loops);

    @AfterEach
    void stop() {
        agent.close();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void aRunGetsExactlyWhatThePacerSaysItEmitted() throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            var answer = http.sendAsync(HttpRequest.newBuilder(agent.uri())
                    .POST(HttpRequest.BodyPublishers.ofString("{}")).build(), HttpResponse.BodyHandlers.ofLines());
            List<RunStream> streams = agent.await(1, Duration.ofSeconds(60));
            Pacer pacer = Pacer.start(loops.next(), streams, 1000, 4);
            var lines = answer.get(60, TimeUnit.SECONDS).body().iterator();
            String first = lines.next();
            long emitted = pacer.stop();
            streams.getFirst().end();
            assertThat(first).matches(
                    "\\{\"type\":\"text.delta\",\"messageId\":\"m1\",\"delta\":\"@[0-9]+ \"}");
            long received = 1;
            while (lines.hasNext()) {
                assertThat(lines.next()).startsWith("{\"type\":\"text.delta\"");
                received++;
            }
            assertThat(emitted).isPositive().isEqualTo(received);
            assertThat(emitted % 4).isZero();
        }
    }

    @Test
    void runsThatDoNotComeAreAFailure() {
        assertThatThrownBy(() -> agent.await(1, Duration.ofMillis(1)))
                .hasMessage("only 0 of 1 runs reached the agent");
    }
}
