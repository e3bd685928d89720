package dev.hawser.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.RSAKey;
import dev.hawser.gateway.StartupException;
import dev.hawser.gateway.edge.Eventually;
import dev.hawser.gateway.edge.RawPeer;
import dev.hawser.gateway.identity.FakeIssuer;
import dev.hawser.gateway.identity.HostileTokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every hostile token through every carrier of a started gateway: one clear refusal each, and nobody is asked for its keys. */
class BadTokensTest {
    private static final String ORIGIN = "https://app.example.com";
    private static final FakeIssuer ISSUER = FakeIssuer.start();
    private static final FakeIssuer SINK = FakeIssuer.start();
    private static final Instant BEGAN = Instant.now();

    @TempDir
    static Path folder;

    private static RSAKey key;
    private static Node node;
    private static Map<String, String> tokens;

    /** A way to carry a token in a request. */
    private enum Carrier {
        HEADER {
            @Override
            String request(String token) {
                return "GET /v1/sessions HTTP/1.1\nHost: HOST\nAuthorization: Bearer " + token + "\nConnection: close\n\n";
            }
        },
        COOKIE {
            @Override
            String request(String token) {
                return "GET /v1/sessions HTTP/1.1\nHost: HOST\nOrigin: " + ORIGIN + "\nCookie: a=b; __session=" + token
                        + "\nConnection: close\n\n";
            }
        },
        QUERY {
            @Override
            String request(String token) {
                return upgrade("/ws?token=" + URLEncoder.encode(token, StandardCharsets.UTF_8), "hawser.v1");
            }
        },
        SUBPROTOCOL {
            @Override
            String request(String token) {
                return upgrade("/ws", "hawser.v1, bearer." + token);
            }
        };

        /** @return the head, lines end with a line feed; the host is to be put in */
        abstract String request(String token);

        private static String upgrade(String target, String protocols) {
            return "GET " + target + " HTTP/1.1\nHost: HOST\nConnection: Upgrade\nUpgrade: websocket\n"
                    + "Sec-WebSocket-Version: 13\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\nSec-WebSocket-Protocol: "
                    + protocols + "\n\n";
        }
    }

    @BeforeAll
    static void start() throws Exception {
        key = ISSUER.rsa("k");
        SINK.rsa("k");
        node = Node.start(folder, Map.of(
                "HAWSER_IDENTITY_ISSUERS", "[{\"issuer\":\"" + ISSUER.url() + "\"}]",
                "HAWSER_SERVER_ALLOWED_ORIGINS", "[\"" + ORIGIN + "\"]"));
        // The keys are there before the first token is refused for its signature.
        Eventually.holds(BadTokensTest::knowsTheKeys);
        tokens = HostileTokens.of(key, ISSUER.url(), SINK.url(), Instant.now().getEpochSecond() + 600);
        assertThat(tokens.size()).isGreaterThanOrEqualTo(300);
    }

    @AfterAll
    static void end() {
        node.close();
        ISSUER.close();
        SINK.close();
    }

    private static String good() {
        return FakeIssuer.token(key, JWSAlgorithm.RS256,
                FakeIssuer.claims(ISSUER.url(), Instant.now().getEpochSecond() + 600));
    }

    private static boolean knowsTheKeys() {
        try (RawPeer peer = new RawPeer(node.site().address())) {
            peer.send(Carrier.HEADER.request(good()).replace("HOST", node.site().url().getAuthority()));
            return peer.answer().status() == 200;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String refusal(Carrier carrier, String token) throws IOException {
        try (RawPeer peer = new RawPeer(node.site().address())) {
            peer.send(carrier.request(token).replace("HOST", node.site().url().getAuthority()));
            RawPeer.Answer answer = peer.answer();
            if (answer.status() != 101) {
                return answer.status() + " " + (answer.body().contains("\"AUTH_INVALID\"") ? "AUTH_INVALID" : answer.body());
            }
            String error = new String(frame(peer), StandardCharsets.UTF_8);
            byte[] close = frame(peer);
            return ((close[0] & 0xff) << 8 | close[1] & 0xff)
                    + (error.contains("\"AUTH_INVALID\"") ? " AUTH_INVALID" : error);
        }
    }

    /** The payload of one frame of a server, which is not masked and not longer than two bytes can say. */
    private static byte[] frame(RawPeer peer) throws IOException {
        peer.in.read();
        int length = peer.in.read();
        if (length == 126) {
            length = peer.in.read() << 8 | peer.in.read();
        }
        return peer.in.readNBytes(length);
    }

    @TestFactory
    Stream<DynamicTest> everyTokenThroughEveryCarrier() {
        return Stream.of(Carrier.values()).map(carrier -> DynamicTest.dynamicTest(carrier.name(), () -> {
            String expected = switch (carrier) {
                case HEADER, COOKIE -> "401 AUTH_INVALID";
                case QUERY, SUBPROTOCOL -> "4002 AUTH_INVALID";
            };
            for (Map.Entry<String, String> token : tokens.entrySet()) {
                assertThat(refusal(carrier, token.getValue())).as(carrier + ": " + token.getKey()).isEqualTo(expected);
            }
            assertThat(SINK.asked()).as("requests to addresses that tokens name").isZero();
            long tenSeconds = Instant.now().getEpochSecond() - BEGAN.getEpochSecond();
            assertThat(ISSUER.asked(FakeIssuer.JWKS)).isLessThanOrEqualTo((int) (tenSeconds / 10) + 2);
        }));
    }

    @Test
    void aGoodTokenPassesThroughEveryCarrier() throws IOException {
        String good = good();
        for (Carrier carrier : Carrier.values()) {
            try (RawPeer peer = new RawPeer(node.site().address())) {
                peer.send(carrier.request(good).replace("HOST", node.site().url().getAuthority()));
                RawPeer.Answer answer = peer.answer();
                if (answer.status() == 101) {
                    assertThat(answer.headers()).containsEntry("sec-websocket-protocol", "hawser.v1");
                    assertThat(new String(frame(peer), StandardCharsets.UTF_8)).contains("system.connection.established");
                } else {
                    assertThat(answer.status()).as(carrier.name()).isEqualTo(200);
                }
            }
        }
    }
}
