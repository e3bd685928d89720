package dev.hawser.sql.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.core.model.Event;
import dev.hawser.core.model.EventType;
import dev.hawser.core.model.RunId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventBytesTest {
    private final EventBytes bytes = new EventBytes();

    private record Line(long session, EventType type, long sequence, long time, RunId run, String json) {
        Event event() {
            return new Event(type, sequence, time, run, json.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static List<Line> read(byte[] bytes) {
        List<Line> lines = new ArrayList<>();
        EventBytes.read(bytes, (session, event) -> lines.add(new Line(session, event.type(), event.sequence(), event.time(),
                event.run(), new String(event.json(), StandardCharsets.UTF_8))));
        return lines;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whateverIsSharedOrNotComesBack(long seed) {
        Random random = new Random(seed);
        for (int batch = 0; batch < 200; batch++) {
            List<Line> lines = new ArrayList<>();
            long session = 1 + random.nextInt(3);
            long sequence = random.nextInt(5);
            long time = random.nextLong();
            RunId run = null;
            EventType type = EventType.TEXT_DELTA;
            for (int i = random.nextInt(20); i >= 0; i--) {
                session = random.nextInt(3) == 0 ? 1 + random.nextInt(3) : session;
                sequence = random.nextInt(4) == 0 ? 1 + random.nextLong(1L << 36) : sequence + 1;
                time = random.nextBoolean() ? time : random.nextLong();
                type = random.nextBoolean() ? type : EventType.values()[random.nextInt(EventType.values().length)];
                run = random.nextBoolean() ? run : random.nextBoolean() ? null : new RunId("läuft-" + random.nextInt(3));
                lines.add(new Line(session, type, sequence, time, run, "{\"x\":\"" + "é".repeat(random.nextInt(3000)) + "\"}"));
            }
            lines.forEach(line -> bytes.add(line.session(), line.event()));
            assertThat(read(bytes.take())).isEqualTo(lines);
        }
    }

    @Test
    void whatWasTakenIsForgotten() {
        Line line = new Line(7, EventType.TEXT_DELTA, 1, 2, new RunId("r"), "{}");
        bytes.add(7, line.event());
        bytes.take();
        assertThat(bytes.size()).isZero();
        bytes.add(7, new Line(7, EventType.TEXT_DELTA, 2, 2, new RunId("r"), "{}").event());
        assertThat(read(bytes.take())).extracting(Line::sequence).containsExactly(2L);
    }
}
