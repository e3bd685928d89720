package dev.hawser.bench.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ScanTest {
    private static final String TEXT = "{\"seq\":1,\"sequence\":417,\"end\":\"sequence";
    private final ByteBuf bytes = Unpooled.copiedBuffer(TEXT, StandardCharsets.US_ASCII);

    @Test
    void findsTheNumberBehindAName() {
        int at = Scan.after(bytes, 0, TEXT.length(), Scan.needle("\"sequence\":"));
        assertThat(Scan.number(bytes, at, TEXT.length())).isEqualTo(417);
    }

    @Test
    void aNeedleCutOffByTheEndIsNotFound() {
        assertThat(Scan.after(bytes, 24, TEXT.length(), Scan.needle("\"sequence\":"))).isEqualTo(-1);
        assertThat(Scan.after(bytes, 0, 8, Scan.needle("\"sequence\":"))).isEqualTo(-1);
    }

    @Test
    void aNumberEndsWithTheFrame() {
        assertThat(Scan.number(bytes, TEXT.indexOf("417"), TEXT.indexOf("417") + 2)).isEqualTo(41);
    }

    @Test
    void nothingStartsBeforeTheBeginning() {
        assertThat(Scan.startsWith(bytes, -1, TEXT.length(), Scan.needle("{"))).isFalse();
        assertThat(Scan.startsWith(bytes, 0, TEXT.length(), Scan.needle("{\"seq"))).isTrue();
    }
}
