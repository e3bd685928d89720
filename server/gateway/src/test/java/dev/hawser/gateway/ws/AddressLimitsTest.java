package dev.hawser.gateway.ws;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.gateway.edge.Door;
import dev.hawser.gateway.edge.EdgeMetrics;
import dev.hawser.gateway.edge.Eventually;
import dev.hawser.gateway.edge.RawPeer;
import dev.hawser.gateway.edge.RawPeer.Answer;
import dev.hawser.gateway.peer.AddressLimits;
import dev.hawser.gateway.peer.AddressSettings;
import dev.hawser.gateway.peer.Hosts;
import dev.hawser.gateway.peer.Limits;
import dev.hawser.gateway.peer.TrustedProxies;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one client address may ask for, before anybody knows who it is. */
class AddressLimitsTest {
    private static final AddressSettings PLENTY = new AddressSettings(1_000, 1_000, 1_000, 1_000, 1_000, 1_000, List.of());

    private final AtomicLong clock = new AtomicLong();
    private WsKit kit;

    private void start(AddressSettings settings, String... proxies) throws IOException {
        WsKit.Options options = new WsKit.Options();
        options.door = meters -> new Door(
                new TrustedProxies(List.of(proxies).stream().map(Limits::cidr).toList()), new Hosts(List.of()),
                new AddressLimits(settings, clock::get, new EdgeMetrics(meters)::refused));
        kit = new WsKit(options);
    }

    @AfterEach
    void close() {
        kit.close();
    }

    private RawPeer connect() throws IOException {
        return new RawPeer(kit.edge.address());
    }

    /** One that is counted by now. */
    private RawPeer answered() throws IOException {
        RawPeer peer = connect();
        assertThat(get(peer, "").status()).isEqualTo(200);
        return peer;
    }

    private Answer get(RawPeer peer, String headers) throws IOException {
        peer.send("GET /a HTTP/1.1\nHost: h\n" + headers + "\n");
        return peer.answer();
    }

    private double refused(String reason) {
        return kit.count("hawser.refusals", "reason", reason);
    }

    private static AddressSettings connections(int count) {
        return new AddressSettings(count, 1_000, 1_000, 1_000, 1_000, 1_000, List.of());
    }

    private static void isTold(Peer peer, String message) throws IOException {
        JsonNode error = peer.message();
        assertThat(error.path("type").textValue()).isEqualTo("system.error");
        assertThat(error.path("payload").path("code").textValue()).isEqualTo("RATE_LIMITED");
        assertThat(error.path("payload").path("message").textValue()).isEqualTo(message);
        assertThat(error.path("payload").path("retryAfterMs").longValue()).isPositive();
        assertThat(peer.closeCode()).isEqualTo(4006);
    }

    /** A good credential changes nothing: nobody has looked at it yet. */
    @ParameterizedTest
    @ValueSource(strings = {"token=acme:ann", "token=bad", "x=y"})
    void tellsInItsOwnFormWhoIsOneTooMany(String query) throws IOException {
        start(connections(2));
        try (Peer first = Peer.ann(kit); RawPeer second = answered(); RawPeer third = connect()) {
            assertThat(get(second, "").status()).isEqualTo(200);
            Answer answer = get(third, "");
            assertThat(answer.status()).isEqualTo(429);
            assertThat(answer.headers()).containsEntry("retry-after", "1").containsEntry("connection", "close")
                    .containsEntry("content-type", "application/problem+json");
            assertThat(answer.body()).contains("\"code\":\"RATE_LIMITED\"", "\"retryAfterMs\":1000");
            assertThat(third.ended()).isTrue();
            try (Peer fourth = Peer.open(kit, query)) {
                isTold(fourth, "Too many connections");
            }
            assertThat(refused("address_connections")).isEqualTo(2);
            first.text("{\"type\":\"system.ping\"}");
            assertThat(first.message().path("type").textValue()).isEqualTo("system.pong");
        }
        Eventually.holds(() -> {
            try (RawPeer again = connect()) {
                return get(again, "").status() == 200;
            } catch (IOException e) {
                return false;
            }
        });
    }

    @Test
    void closesAtOnceWhereNotEvenTheRefusedHaveAPlace() throws IOException {
        start(connections(1));
        List<RawPeer> held = new ArrayList<>();
        try (Peer canary = Peer.ann(kit)) {
            for (int i = 0; i < 16; i++) {
                held.add(connect());
            }
            Eventually.holds(() -> refused("address_connections") == 16);
            try (RawPeer shut = connect()) {
                assertThat(shut.ended()).isTrue();
            }
            canary.text("{\"type\":\"system.ping\"}");
            assertThat(canary.message().path("type").textValue()).isEqualTo("system.pong");
        } finally {
            for (RawPeer peer : held) {
                peer.close();
            }
        }
    }

    @Test
    void boundsHowOftenOneMayConnect() throws IOException {
        start(new AddressSettings(1_000, 1, 2, 1_000, 1_000, 1_000, List.of()));
        try (Peer first = Peer.ann(kit); RawPeer second = answered(); RawPeer third = connect()) {
            assertThat(get(second, "").status()).as("another request, the same connection").isEqualTo(200);
            assertThat(get(third, "").status()).isEqualTo(429);
            try (Peer fourth = Peer.open(kit, "token=acme:ann")) {
                isTold(fourth, "Too many connections in a short time");
            }
            clock.addAndGet(1_000_000_000L);
            try (Peer fifth = Peer.ann(kit)) {
                assertThat(fifth.answer.status()).isEqualTo(101);
            }
            assertThat(first.answer.status()).isEqualTo(101);
            assertThat(refused("address_handshakes")).isEqualTo(2);
        }
    }

    @Test
    void boundsHowOftenOneMayAsk() throws IOException {
        start(new AddressSettings(1_000, 1_000, 1_000, 2, 3, 1_000, List.of()));
        try (RawPeer peer = connect()) {
            for (int i = 0; i < 3; i++) {
                assertThat(get(peer, "").status()).isEqualTo(200);
            }
            Answer answer = get(peer, "Authorization: Bearer acme:ann\n");
            assertThat(answer.status()).isEqualTo(429);
            assertThat(answer.body()).contains("\"retryAfterMs\":500");
        }
        try (Peer wire = Peer.open(kit, "token=acme:ann")) {
            isTold(wire, "Too many requests");
        }
        clock.addAndGet(500_000_000L);
        try (Peer wire = Peer.ann(kit)) {
            assertThat(wire.answer.status()).isEqualTo(101);
        }
        assertThat(refused("address_requests")).isEqualTo(2);
    }

    @Test
    void countsTheClientsBehindAProxyEachForThemselves() throws IOException {
        start(new AddressSettings(1, 1, 1, 1_000, 1_000, 1_000, List.of()), "127.0.0.1");
        try (Peer one = behind("198.51.100.1"); Peer other = behind("2001:db8:0:1::1");
                Peer again = behind("6.6.6.6, 198.51.100.1"); Peer neighbour = behind("2001:db8:0:1::2")) {
            assertThat(one.message().path("type").textValue()).isEqualTo("system.connection.established");
            assertThat(other.message().path("type").textValue()).isEqualTo("system.connection.established");
            isTold(again, "Too many connections");
            isTold(neighbour, "Too many connections");
        }
        try (RawPeer proxy = connect()) {
            for (int i = 0; i < 50; i++) {
                assertThat(get(proxy, "X-Forwarded-For: 203.0.113.9\n").status()).as("one after another").isEqualTo(200);
            }
        }
    }

    private Peer behind(String forwardedFor) throws IOException {
        return Peer.open(connect(), "/ws?token=acme:ann", "X-Forwarded-For: " + forwardedFor + "\n");
    }

    @Test
    void doesNotBelieveStrangersWhomTheySpeakFor() throws IOException {
        start(connections(1));
        try (RawPeer first = answered(); RawPeer second = connect()) {
            assertThat(get(first, "X-Forwarded-For: 198.51.100.1\n").status()).isEqualTo(200);
            assertThat(get(second, "X-Forwarded-For: 198.51.100.2\nForwarded: for=198.51.100.3\nX-Real-IP: 198.51.100.4\n")
                    .status()).isEqualTo(429);
        }
    }

    @Test
    void holdsBackTheRefusalsOfOneWhoCollectsThem() throws IOException {
        start(new AddressSettings(1_000, 1_000, 1_000, 1_000, 1_000, 10, List.of()));
        for (int i = 0; i < 102; i++) {
            try (Peer peer = Peer.open(kit, "token=bad")) {
                assertThat(peer.closeCode()).isEqualTo(4002);
            }
        }
        assertThat(refused("address_failures")).isEqualTo(2);
        try (Peer peer = Peer.ann(kit); Peer nobody = Peer.open(kit, "")) {
            assertThat(peer.answer.status()).as("a good credential is not held back").isEqualTo(101);
            assertThat(nobody.closeCode()).as("nor is none at all").isEqualTo(4000);
        }
        assertThat(refused("address_failures")).isEqualTo(2);
    }
}
