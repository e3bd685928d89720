package dev.hawser.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.gateway.edge.RawPeer;
import java.io.IOException;
import java.net.SocketException;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A peer that stops reading while a run streams more than is kept for it. */
class SlowReaderTest {
    private static final String ANN = "ann";
    /** One long word comes back three times: as the message, a delta and the whole answer. */
    private static final String WORD = "w".repeat(60_000);
    /** At least; otherwise twice as many as it takes, which is a matter of how much the sockets hold. */
    private static final int RUNS = 64;

    @TempDir
    Path folder;

    @Test
    void itIsSentAwayAndNobodyElseLosesAnything() throws Exception {
        try (Node node = Node.start(folder, Map.of())) {
            Watched reader = Watched.begin(node.site(), ANN, "hello");
            reader.until("data.run.completed");
            try (RawPeer slow = slow(node.site(), reader)) {
                int runs = RUNS;
                boolean closed = false;
                for (int run = 0; run < runs; run++) {
                    reader.wire().send("m" + run, "data.message.send", "{\"text\":\"" + WORD + "\"}");
                    assertThat(reader.until("data.text.done").path("payload").path("text").textValue())
                            .isEqualTo("You said: " + WORD);
                    reader.until("data.run.completed");
                    if (!closed) {
                        closed = closedAsSlow(node.site());
                        runs = Math.max(RUNS, 2 * (run + 2));
                    }
                }
                assertThat(drained(slow)).as("what was kept for it and what the sockets hold")
                        .isLessThan(runs * 3L * WORD.length() / 2);
            }
            Watched again = Watched.join(node.site(), ANN, reader.session, reader.epoch,
                    reader.events().subList(0, 5));
            again.until(event -> event.path("sequence").intValue() == reader.last());
            assertThat(again.ids()).isEqualTo(reader.ids());
        }
    }

    private static RawPeer slow(Site site, Watched watched) throws IOException {
        RawPeer peer = RawPeer.slow(site.address());
        peer.send("GET /ws?token=" + site.token(ANN) + "&conversationId=" + watched.session
                + " HTTP/1.1\nHost: h\nUpgrade: websocket\nConnection: Upgrade\nSec-WebSocket-Version: 13\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\n\n");
        assertThat(peer.answer().status()).isEqualTo(101);
        assertThat(peer.in.read()).as("the first message begins").isEqualTo(0x81);
        return peer;
    }

    /** Reads what is left until the server has closed; how many bytes that were. */
    private static long drained(RawPeer peer) throws IOException {
        byte[] buffer = new byte[65_536];
        long all = 0;
        try {
            for (int read = peer.in.read(buffer); read >= 0; read = peer.in.read(buffer)) {
                all += read;
            }
        } catch (SocketException reset) {
            assertThat(reset).hasMessageContaining("reset");
        }
        return all;
    }

    private static boolean closedAsSlow(Site site) throws IOException, InterruptedException {
        return Site.HTTP.send(site.request(ANN, "/metrics").build(), BodyHandlers.ofString()).body().lines()
                .anyMatch(line -> line.startsWith("hawser_connections_closed") && line.contains("4013"));
    }
}
