package dev.hawser.bench.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.bench.stats.Latencies;
import dev.hawser.bench.stats.Percentiles;
import dev.hawser.bench.wire.FrameListener;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.LocalTime;
import org.junit.jupiter.api.Test;

class WatcherTest {
    private final Latencies latencies = new Latencies();

    @Test
    void aStampGivesTheLatency() {
        var watcher = new Watcher(latencies, true);
        give(watcher, "{\"sequence\":1,\"payload\":{\"delta\":\"@1000000 \"}}", 3_000_000);
        give(watcher, "{\"sequence\":2,\"payload\":{\"text\":\"@1000000 \"}}", 3_000_000);
        Percentiles seen = latencies.interval();
        assertThat(seen.count()).isEqualTo(1);
        assertThat(seen.max()).isBetween(1.99, 2.01);
        assertThat(watcher.stamped()).isEqualTo(1);
        assertThat(watcher.fault()).isNull();
    }

    @Test
    void aHoleAndARepetitionAreFaults() {
        var hole = new Watcher(latencies, true);
        give(hole, "{\"sequence\":7}", 0);
        give(hole, "{\"sequence\":9}", 0);
        assertThat(hole.fault()).isEqualTo("sequence 9 followed 7");
        var repeated = new Watcher(latencies, true);
        give(repeated, "{\"sequence\":7}", 0);
        give(repeated, "{\"sequence\":7}", 0);
        assertThat(repeated.fault()).isEqualTo("sequence 7 followed 7");
    }

    @Test
    void aCountMustStartAtOneAndEnd() {
        var watcher = new CountWatcher(latencies);
        give(watcher, "{\"type\":\"system.connection.established\"}", 0);
        give(watcher, "{\"type\":\"data.message.user\",\"sequence\":1}", 0);
        give(watcher, "{\"type\":\"data.text.delta\",\"sequence\":2}", 0);
        give(watcher, "{\"type\":\"data.run.completed\",\"sequence\":3}", 0);
        assertThat(watcher.fault()).isNull();
        assertThat(watcher.deltas()).isEqualTo(1);
        assertThat(watcher.completed()).isEqualTo(1);
        var late = new CountWatcher(latencies);
        give(late, "{\"type\":\"data.message.user\",\"sequence\":2}", 0);
        assertThat(late.fault()).isEqualTo("sequence 2 followed 0");
    }

    @Test
    void aTimestampIsReadToTheMillisecond() {
        ByteBuf bytes = Unpooled.copiedBuffer("23:59:58.041Z", StandardCharsets.US_ASCII);
        assertThat(CountWatcher.nanoOfDay(bytes, 0, 13)).isEqualTo(LocalTime.parse("23:59:58.041").toNanoOfDay());
    }

    @Test
    void anUnexpectedCloseIsAFault() {
        var watcher = new Watcher(latencies, false);
        watcher.closed(null, 4013);
        assertThat(watcher.fault()).isEqualTo("closed with 4013");
    }

    private static void give(FrameListener watcher, String text, long readNanos) {
        ByteBuf bytes = Unpooled.copiedBuffer("ab" + text + "cd", StandardCharsets.US_ASCII);
        watcher.text(null, bytes, 2, text.length(), readNanos);
    }
}
