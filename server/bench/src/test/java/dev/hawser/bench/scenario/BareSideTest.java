package dev.hawser.bench.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hawser.bench.child.Lab;
import dev.hawser.bench.child.Launch;
import dev.hawser.bench.report.Progress;
import dev.hawser.bench.stats.Latencies;
import dev.hawser.bench.stats.ProcessCpu;
import dev.hawser.bench.wire.Waiting;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class BareSideTest {
    private static final Launch LAUNCH = new Launch(Path.of("none.jar"),
            List.of("--enable-native-access=ALL-UNNAMED"), List.of());

    @Test
    @EnabledOnOs(OS.LINUX)
    void everyFrameOfAStartedServerIsAccountedFor() throws Exception {
        try (Lab lab = new Lab(LAUNCH, new Progress(System.err))) {
            BareSide side = BareSide.open(lab, 2, 5, 500, 4);
            for (int round = 0; round < 2; round++) {
                long before = side.latencies().interval().count();
                side.start(1);
                long enough = before + 100;
                assertThat(Waiting.until(Duration.ofSeconds(60), () -> side.wires().stream()
                        .mapToLong(wire -> wire.frames()).sum() > enough)).isTrue();
                side.finish();
            }
            side.latencies().interval();
            assertThat(side.latencies().window().p50()).isPositive();
            assertThat(side.server().isAlive()).isTrue();
            assertThat(ProcessCpu.seconds(side.server().pid())).isPositive();
        }
    }

    @Test
    void moreEventsThanDueAreAFailureToo() {
        var watcher = new Watcher(new Latencies(), false);
        ByteBuf event = Unpooled.copiedBuffer("\"delta\":\"@1 ", StandardCharsets.US_ASCII);
        watcher.text(null, event, 0, event.readableBytes(), 2);
        watcher.text(null, event, 0, event.readableBytes(), 2);
        var watchers = new Watchers(List.of(), List.of(watcher), new Latencies());
        assertThatThrownBy(() -> watchers.verify("side", 1)).isInstanceOf(LostEvents.class)
                .hasMessage("side: 1 events were due, 2 came");
    }

    @Test
    void aFaultOfOneWireFailsTheRound() {
        var watcher = new Watcher(new Latencies(), true);
        watcher.closed(null, 1006);
        var watchers = new Watchers(List.of(), List.of(watcher), new Latencies());
        assertThatThrownBy(() -> watchers.verify("side", 0)).isInstanceOf(LostEvents.class)
                .hasMessage("side, wire 0: closed with 1006");
    }
}
