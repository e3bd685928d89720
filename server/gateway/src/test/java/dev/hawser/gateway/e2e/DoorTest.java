package dev.hawser.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.gateway.edge.RawPeer;
import dev.hawser.gateway.edge.RawPeer.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names, proxies and limits per address, as they are configured. */
class DoorTest {
    @TempDir
    Path folder;

    private static Answer get(Node node, String target, String headers) throws IOException {
        try (RawPeer peer = new RawPeer(node.site().address())) {
            peer.send("GET " + target + " HTTP/1.1\n" + headers.replace('|', '\n') + "\n\n");
            return peer.answer();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            200; Host: chat.example.com
            200; Host: chat.example.com:443
            200; Host: inside.example
            200; Host: inside.example:PORT
            200; Host: gw.example:81
            200; Host: 127.0.0.1:PORT
            200; Host: localhost
            421; Host: chat.example.com:80
            421; Host: chat.example.com:PORT
            421; Host: inside.example:1
            421; Host: gw.example
            421; Host: evil.example
            200; Host: chat.example.com|Origin: https://chat.example.com
            200; Host: chat.example.com|Origin: https://app.example.com
            403; Host: chat.example.com|Origin: http://chat.example.com
            403; Host: localhost|Origin: http://localhost
            403; Host: chat.example.com|Origin: https://evil.example
            """)
    void answersToItsNamesAndItsPages(int status, String headers) throws Exception {
        try (Node node = Node.start(folder, Map.of("HAWSER_SERVER_PUBLIC_URL", "https://chat.example.com",
                "HAWSER_SERVER_ALLOWED_HOSTS", "[\"inside.example\", \"gw.example:81\"]",
                "HAWSER_SERVER_ALLOWED_ORIGINS", "[\"https://app.example.com\"]"))) {
            String port = Integer.toString(node.site().address().getPort());
            assertThat(get(node, "/openapi.json", headers.replace("PORT", port)).status()).isEqualTo(status);
        }
    }

    @Test
    void takesAPageAsItsOwnThatItServedUnderThatNameToThatClient() throws Exception {
        try (Node node = Node.start(folder, Map.of("HAWSER_SERVER_TRUSTED_PROXIES", "[\"127.0.0.1\"]",
                "HAWSER_SERVER_ALLOWED_HOSTS", "[\"chat.example.com\"]"))) {
            String forwarded = "Host: h|X-Forwarded-Proto: https|X-Forwarded-Host: chat.example.com|Origin: ";
            assertThat(get(node, "/openapi.json", forwarded + "https://chat.example.com").status()).isEqualTo(200);
            assertThat(get(node, "/openapi.json", forwarded + "http://chat.example.com").status()).isEqualTo(403);
            assertThat(get(node, "/openapi.json", "Host: h|X-Forwarded-Host: evil.example").status()).isEqualTo(421);
        }
    }

    @Test
    void countsByTheAddressThatTheProxyNames() throws Exception {
        try (Node node = Node.start(folder, Map.of("HAWSER_SERVER_TRUSTED_PROXIES", "[\"127.0.0.0/8\"]",
                "HAWSER_LIMITS_REQUESTS_PER_SECOND", "1", "HAWSER_LIMITS_REQUEST_BURST", "2"))) {
            for (int i = 0; i < 5; i++) {
                assertThat(get(node, "/openapi.json", "Host: h|X-Forwarded-For: 198.51.100." + i).status()).isEqualTo(200);
            }
            int refused = 0;
            while (refused == 0) {
                refused = refusals(node, "Host: h\nX-Forwarded-For: 6.6.6.6, 198.51.100.1\n");
            }
            assertThat(get(node, "/metrics", "Host: h|X-Forwarded-For: 127.0.0.1").body())
                    .contains("hawser_refusals_total{reason=\"address_requests\"} " + refused + ".0");
        }
    }

    /** How many of twenty requests that come at once are refused: none where they come slower than they may. */
    private static int refusals(Node node, String headers) throws IOException {
        int most = 20;
        try (RawPeer peer = new RawPeer(node.site().address())) {
            peer.send(("GET /openapi.json HTTP/1.1\n" + headers + "\n").repeat(most));
            for (int i = 0; i < most; i++) {
                if (peer.answer().status() == 429) {
                    assertThat(peer.ended()).isTrue();
                    return 1;
                }
            }
            return 0;
        }
    }

    @Test
    void leavesItsOwnMachineAloneUnlessToldOtherwise() throws Exception {
        try (Node node = Node.start(folder.resolve("a"), Map.of("HAWSER_LIMITS_REQUEST_BURST", "1",
                "HAWSER_LIMITS_REQUESTS_PER_SECOND", "1"))) {
            for (int i = 0; i < 20; i++) {
                assertThat(get(node, "/openapi.json", "Host: h").status()).isEqualTo(200);
            }
        }
        try (Node node = Node.start(folder.resolve("b"), Map.of("HAWSER_LIMITS_HANDSHAKE_BURST", "1",
                "HAWSER_LIMITS_HANDSHAKES_PER_SECOND", "1", "HAWSER_LIMITS_EXEMPT_ADDRESSES", "[]"))) {
            assertThat(get(node, "/openapi.json", "Host: h").status()).isEqualTo(200);
            Answer refused = null;
            while (refused == null) {
                refused = refusal(node);
            }
            assertThat(refused.headers()).containsEntry("retry-after", "1");
        }
    }

    /** What one of ten wires that are opened at once is told, null where they come slower than they may. */
    private static Answer refusal(Node node) throws IOException {
        var peers = new ArrayDeque<RawPeer>();
        try {
            for (int i = 0; i < 10; i++) {
                peers.add(new RawPeer(node.site().address()));
            }
            for (RawPeer peer : peers) {
                peer.send("GET /openapi.json HTTP/1.1\nHost: h\n\n");
                Answer answer = peer.answer();
                if (answer.status() == 429) {
                    return answer;
                }
            }
            return null;
        } finally {
            for (RawPeer peer : peers) {
                peer.close();
            }
        }
    }
}
