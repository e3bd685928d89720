package dev.hawser.gateway.ws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.gateway.edge.Eventually;
import dev.hawser.gateway.edge.RawPeer;
import dev.hawser.gateway.edge.RawPeer.Answer;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HandshakeTest {
    private static final String GOOD = "Host: h|Upgrade: websocket|Connection: Upgrade|Sec-WebSocket-Version: 13"
            + "|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==|";
    private static WsKit kit;

    @BeforeAll
    static void open() throws IOException {
        kit = new WsKit();
    }

    @AfterAll
    static void close() {
        kit.close();
    }

    /** The good handshake with one thing replaced. */
    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            426; Upgrade: websocket           ; X: 1
            426; Upgrade: websocket           ; Upgrade: h2c
            426; Connection: Upgrade          ; Connection: keep-alive
            426; Sec-WebSocket-Version: 13    ; Sec-WebSocket-Version: 8
            426; Sec-WebSocket-Version: 13    ; X: 1
            426; Sec-WebSocket-Version: 13    ; Sec-WebSocket-Version: 13, 8
            426; Sec-WebSocket-Version: 13    ; Sec-WebSocket-Version: 13|Sec-WebSocket-Version: 8
            426; Sec-WebSocket-Version: 13    ; Sec-WebSocket-Version: 13|Sec-WebSocket-Version: 13
            426; Sec-WebSocket-Version: 13    ; Sec-WebSocket-Version: 013
            426; Sec-WebSocket-Version: 13    ; Sec-WebSocket-Version: 14
            426; Upgrade: websocket           ; Upgrade: websocketx
            426; Upgrade: websocket           ; Upgrade: web socket
            426; Upgrade: websocket           ; Upgrade: "websocket"
            426; Connection: Upgrade          ; Connection: close
            426; Connection: Upgrade          ; Connection: xupgrade
            426; Connection: Upgrade          ; Connection: upgrade-insecure
            426; Connection: Upgrade          ; X: Upgrade
            426; HTTP/1.1                     ; HTTP/1.0
            426; GET                          ; POST
            426; GET                          ; HEAD
            426; GET                          ; OPTIONS
            426; GET                          ; get
            426; GET                          ; GETX
            400; Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ== ; X: 1
            400; Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ== ; Sec-WebSocket-Key: c2hvcnQ=
            400; Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ== ; Sec-WebSocket-Key: ****
            400; Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ== ; Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ
            400; Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ== ; Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZSE=
            400; Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ== ; Sec-WebSocket-Key: a|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
            400; Host: h                      ; X: 1
            400; Host: h                      ; Host: h|Transfer-Encoding: chunked
            101; Host: h                      ; Host: h|Content-Length: 0
            101; Connection: Upgrade          ; Connection: keep-alive|Connection: x,UPGRADE
            101; Upgrade: websocket           ; Upgrade: h2c, websocket
            421; Host: h                      ; Host: evil.example.com
            421; Host: h                      ; Host: evil.example.com|Origin: https://app.example.com
            403; Host: h                      ; Host: h|Origin: https://APP.example.com
            403; Host: h                      ; Host: h|Origin: https://app.example.com:443
            403; Host: h                      ; Host: h|Origin: https://app.example.com.
            403; Host: h                      ; Host: h|Origin: https://app.example.com, https://app.example.com
            403; Host: h                      ; Host: h|Origin: https://user@app.example.com
            403; Host: h                      ; Host: h|Origin:
            400; /ws                          ; /ws?a=%zz
            403; Host: h                      ; Host: h|Origin: https://evil.example.com
            403; Host: h                      ; Host: h|Origin: null
            403; Host: h                      ; Host: h|Origin: http://app.example.com
            403; Host: h                      ; Host: h|Origin: https://app.example.com.evil.com
            403; Host: h                      ; Host: h|Origin: https://app.example.com|Origin: https://evil.com
            400; Host: h                      ; Host: h|Content-Length: 3
            101; Host: h                      ; Host: h|Origin: https://app.example.com
            101; Upgrade: websocket           ; upgrade: WebSocket
            101; Connection: Upgrade          ; Connection: keep-alive, upgrade
            101; /ws                          ; /ws?a=1&token=acme:ann
            """)
    void decidesByEachPart(int status, String part, String instead) throws IOException {
        try (RawPeer peer = new RawPeer(kit.edge.address())) {
            peer.send(("GET /ws HTTP/1.1|" + GOOD).replace(part, instead).replace('|', '\n') + "\n");
            Answer answer = peer.answer();
            assertThat(answer.status()).isEqualTo(status);
            if (status == 101) {
                assertThat(answer.headers()).containsEntry("sec-websocket-accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
                        .doesNotContainKey("sec-websocket-protocol").doesNotContainKey("sec-websocket-extensions");
            } else {
                assertThat(answer.headers()).containsEntry("content-type", "application/problem+json");
                assertThat(peer.ended()).isTrue();
            }
            if (status == 426) {
                assertThat(answer.headers()).containsEntry("sec-websocket-version", "13")
                        .containsEntry("upgrade", "websocket");
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '!', nullValues = "-", textBlock = """
            -   ! /ws?token=acme:ann         ! -
            -   ! /ws                        ! Authorization: Bearer acme:ann
            -   ! /ws?token=bad              ! authorization: bearer acme:ann
            -   ! /ws                        ! Sec-WebSocket-Protocol: hawser.v1, bearer.acme:ann
            -   ! /ws                        ! Origin: https://app.example.com|Cookie: a=b; __session=acme:ann
            4000! /ws                        ! -
            4000! /ws?token=                 ! -
            4000! /ws                        ! Cookie: __session=acme:ann
            4002! /ws?token=bad              ! Origin: https://app.example.com|Cookie: __session=acme:ann
            4002! /ws?ticket=x&token=acme:ann! -
            4002! /ws                        ! Sec-WebSocket-Protocol: bearer.bad
            4001! /ws?token=expired          ! -
            """)
    void takesTheFirstCredential(Integer refused, String target, String headers) throws IOException {
        String lines = headers == null ? "" : headers.replace('|', '\n') + "\n";
        try (Peer peer = Peer.open(new RawPeer(kit.edge.address()), target, lines)) {
            assertThat(peer.answer.status()).isEqualTo(101);
            if (refused == null) {
                assertThat(peer.message().path("payload").path("userId").textValue()).isEqualTo("ann");
            } else {
                assertThat(peer.message().path("type").textValue()).isEqualTo("system.error");
                assertThat(peer.closeCode()).isEqualTo(refused);
            }
        }
    }

    @Test
    void aNameThatIsNotOursIsAnsweredWithTheKeyThatMakesItOurs() throws IOException {
        try (RawPeer peer = new RawPeer(kit.edge.address())) {
            peer.send("GET / HTTP/1.1\nHost: chat.example.org\n\n");
            RawPeer.Answer answer = peer.answer();
            assertThat(answer.status()).isEqualTo(421);
            assertThat(answer.body()).contains("server.allowedHosts").doesNotContain("example.org");
        }
    }

    @Test
    void echoesTheSubprotocolAndNeverTheToken() throws IOException {
        try (Peer peer = Peer.open(new RawPeer(kit.edge.address()), "/ws",
                "Sec-WebSocket-Protocol: bearer.acme:ann\nSec-WebSocket-Protocol: hawser.v1\n")) {
            assertThat(peer.answer.headers()).containsEntry("sec-websocket-protocol", "hawser.v1");
            assertThat(peer.answer.toString()).doesNotContain("acme");
        }
    }

    @Test
    void servesOtherPathsAsHttp() throws IOException {
        try (RawPeer peer = new RawPeer(kit.edge.address())) {
            peer.send(("GET /wsx HTTP/1.1|" + GOOD).replace('|', '\n') + "\n");
            assertThat(peer.answer().status()).isEqualTo(200);
        }
    }

    @Test
    void upgradesAConnectionThatSpokeHttpBefore() throws IOException {
        RawPeer raw = new RawPeer(kit.edge.address());
        raw.send("GET /a HTTP/1.1\nHost: h\n\n");
        assertThat(raw.answer().status()).isEqualTo(200);
        try (Peer peer = Peer.open(raw, "/ws?token=acme:ann", "")) {
            assertThat(peer.message().path("type").textValue()).isEqualTo("system.connection.established");
        }
    }

    @Test
    void closesAtOnceWhatIsTooMuchForOneUser() throws IOException {
        WsKit.Options options = new WsKit.Options();
        options.perUser = 2;
        try (WsKit limited = new WsKit(options);
                Peer first = Peer.ann(limited);
                Peer second = Peer.ann(limited);
                Peer third = Peer.open(limited, "token=acme:ann");
                Peer other = Peer.open(limited, "token=acme:bob")) {
            assertThat(third.message().path("payload").path("code").textValue()).isEqualTo("RATE_LIMITED");
            Peer.Frame close = third.frame();
            assertThat(close.text()).endsWith("connection_limit");
            assertThat(other.message().path("type").textValue()).isEqualTo("system.connection.established");
            first.vanish();
            third.vanish();
            Eventually.holds(() -> limited.open() == 2);
            try (Peer again = Peer.ann(limited)) {
                assertThat(again.answer.status()).isEqualTo(101);
            }
            second.vanish();
        }
    }

    @Test
    void drainsInOrderAndLetsNobodyInMeanwhile() throws Exception {
        try (WsKit drained = new WsKit(); Peer first = Peer.ann(drained); Peer second = Peer.ann(drained);
                RawPeer idle = new RawPeer(drained.edge.address())) {
            idle.send("GET /a HTTP/1.1\nHost: h\n\n");
            assertThat(idle.answer().status()).isEqualTo(200);
            drained.edge.stopAccepting();
            Thread draining = Thread.ofVirtual().start(() -> {
                try {
                    drained.webSockets.drain(Duration.ofMillis(50));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            for (Peer peer : new Peer[] {first, second}) {
                var told = peer.message("system.connection.close").path("payload");
                assertThat(told.path("reason").textValue()).isEqualTo("server_shutdown");
                assertThat(told.path("code").intValue()).isEqualTo(1012);
                assertThat(told.path("reconnectAfterMs").longValue()).isPositive();
                assertThat(peer.closeCode()).isEqualTo(1012);
                peer.vanish();
            }
            draining.join(Duration.ofSeconds(60));
            assertThat(draining.isAlive()).isFalse();
            assertThat(Peer.open(idle, "/ws?token=acme:ann", "").answer.status()).isEqualTo(503);
        }
    }

    @Test
    void drainsWithoutItsPeriodWhereEverybodyIsLeavingAlready() throws Exception {
        try (WsKit leaving = new WsKit(); Peer peer = Peer.ann(leaving)) {
            peer.frame(Peer.FIN | Peer.BINARY, new byte[1]);
            assertThat(peer.closeCode()).isEqualTo(1003);
            assertThat(leaving.webSockets.drain(Duration.ofHours(1))).isZero();
        }
    }

    @Test
    void drainsAtOnceWhereNobodyIsConnected() throws Exception {
        try (WsKit empty = new WsKit()) {
            assertThat(empty.webSockets.drain(Duration.ofHours(1))).isZero();
        }
    }
}
