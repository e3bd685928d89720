package dev.hawser.bench.bare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hawser.bench.wire.ClientFrames;
import dev.hawser.bench.wire.Endpoint;
import dev.hawser.bench.wire.FrameListener;
import dev.hawser.bench.wire.Transport;
import dev.hawser.bench.wire.Waiting;
import dev.hawser.bench.wire.Wire;
import dev.hawser.bench.wire.WireClient;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoopGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BareServerTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    private final BareServer server = BareServer.start(0, 2);
    private final EventLoopGroup loops = Transport.loops(1, "test");
    private final WireClient client = new WireClient(loops);

    @AfterEach
    void stop() {
        server.close();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void aFrameReachesTheOthersOfItsGroupOnly() throws InterruptedException {
        var first = new Inbox();
        var second = new Inbox();
        var stranger = new Inbox();
        Wire publisher = open(1, FrameListener.SILENT);
        open(1, first);
        open(1, second);
        Wire other = open(2, FrameListener.SILENT);
        open(2, stranger);
        publisher.send("hello");
        assertThat(first.next()).isEqualTo("hello");
        assertThat(second.next()).isEqualTo("hello");
        other.send("elsewhere");
        assertThat(stranger.next()).isEqualTo("elsewhere");
        assertThat(first.received).isEmpty();
        assertThat(publisher.frames()).isZero();
    }

    @Test
    void framesSentBackToBackStayInOrderOnEveryLoop() throws InterruptedException {
        var inboxes = new ArrayList<Inbox>();
        Wire publisher = open(7, FrameListener.SILENT);
        for (int i = 0; i < 10; i++) {
            inboxes.add(new Inbox());
            open(7, inboxes.getLast());
        }
        ByteBuf burst = Unpooled.buffer();
        for (int i = 0; i < 500; i++) {
            ClientFrames.append(burst, ClientFrames.TEXT, Integer.toString(i).getBytes(StandardCharsets.US_ASCII));
        }
        publisher.sendEncoded(burst);
        for (Inbox inbox : inboxes) {
            for (int i = 0; i < 500; i++) {
                assertThat(inbox.next()).isEqualTo(Integer.toString(i));
            }
        }
    }

    @Test
    void framesOfEveryLengthEncodingPassUnchanged() throws InterruptedException {
        var inbox = new Inbox();
        Wire publisher = open(3, FrameListener.SILENT);
        open(3, inbox);
        for (int length : new int[] {0, 125, 126, 65_535, 65_536}) {
            String text = "é".repeat(length / 2) + "x".repeat(length % 2);
            publisher.send(text);
            assertThat(inbox.next()).isEqualTo(text);
        }
    }

    @Test
    void aWireThatLeftIsNoLongerServed() throws InterruptedException {
        var staying = new Inbox();
        Wire publisher = open(4, FrameListener.SILENT);
        Wire leaving = open(4, FrameListener.SILENT);
        open(4, staying);
        WireClient.closeAll(List.of(leaving));
        publisher.send("after");
        assertThat(staying.next()).isEqualTo("after");
        assertThat(leaving.frames()).isZero();
    }

    @Test
    void theClosingHandshakeIsAnswered() throws InterruptedException {
        var inbox = new Inbox();
        Wire wire = open(5, inbox);
        wire.close();
        assertThat(Waiting.until(SOON, () -> inbox.closeCode == 1000)).isTrue();
    }

    @Test
    void aRequestThatIsNoUpgradeFailsTheOpening() throws Exception {
        try (var plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var opening = client.open(new Endpoint(new InetSocketAddress("127.0.0.1", plain.getLocalPort()), "/",
                    Optional.empty()), FrameListener.SILENT);
            try (var accepted = plain.accept()) {
                accepted.getOutputStream().write("HTTP/1.1 403 Forbidden\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThatThrownBy(() -> opening.get(SOON.toSeconds(), TimeUnit.SECONDS))
                        .hasMessageContaining("403 Forbidden");
            }
        }
    }

    private Wire open(int group, FrameListener listener) throws InterruptedException {
        var endpoint = new Endpoint(new InetSocketAddress("127.0.0.1", server.port()), "/?group=" + group,
                Optional.empty());
        return client.openAll(1, _ -> endpoint, _ -> listener).getFirst();
    }

    private static final class Inbox implements FrameListener {
        private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
        private volatile int closeCode;

        @Override
        public void text(Wire wire, ByteBuf bytes, int from, int length, long readNanos) {
            received.add(bytes.toString(from, length, StandardCharsets.UTF_8));
        }

        @Override
        public void closed(Wire wire, int code) {
            closeCode = code;
        }

        String next() throws InterruptedException {
            return received.poll(SOON.toSeconds(), TimeUnit.SECONDS);
        }
    }
}
