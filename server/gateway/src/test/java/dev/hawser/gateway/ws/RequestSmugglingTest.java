package dev.hawser.gateway.ws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.gateway.edge.Eventually;
import dev.hawser.gateway.edge.RawPeer;
import dev.hawser.gateway.edge.RawPeer.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Requests that two servers could read differently, byte by byte and all at once, at an HTTP path and at a WebSocket's. Each
 * ends in one answer and the end of the connection; what stands behind it is never a request. Somebody else's wire notices
 * nothing.
 */
class RequestSmugglingTest {
    private static final String UPGRADE = "Upgrade: websocket~Connection: Upgrade~Sec-WebSocket-Version: 13~"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==~";
    private static final String HIDDEN = "GET /hidden HTTP/1.1~Host: h~~";

    private static final List<String> ASKED = java.util.Collections.synchronizedList(new ArrayList<>());
    private static WsKit kit;
    private static Peer canary;

    @BeforeAll
    static void open() throws IOException {
        WsKit.Options options = new WsKit.Options();
        options.api = exchange -> {
            ASKED.add(exchange.target().toString());
            exchange.respond(200, java.util.Map.of(), new byte[0]);
        };
        kit = new WsKit(options);
        canary = Peer.ann(kit);
    }

    @AfterAll
    static void close() throws IOException {
        canary.close();
        kit.close();
    }

    /** {@code ~} is CR LF, {@code ^} a bare LF, {@code \r} a bare CR, {@code \0} and {@code \t} what they say. */
    private static byte[] bytes(String request) {
        return request.replace("~", "\r\n").replace("^", "\n").replace("\\r", "\r").replace("\\0", "\0").replace("\\t", "\t")
                .replace("\\v", "\u000b").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void send(RawPeer peer, byte[] bytes, boolean piecemeal) throws IOException {
        try {
            if (!piecemeal) {
                peer.sendBytes(bytes);
                return;
            }
            for (byte one : bytes) {
                peer.sendBytes(new byte[] {one});
            }
        } catch (java.net.SocketException e) {
            assertThat(e).as("it was refused before its end").isNotNull();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', ignoreLeadingAndTrailingWhitespace = true, textBlock = """
            400 | POST PATH HTTP/1.1~Host: h~Content-Length: 4~Transfer-Encoding: chunked~~0~~        | both lengths
            400 | POST PATH HTTP/1.1~Host: h~Transfer-Encoding: chunked~Content-Length: 4~~0~~        | both, the other way round
            400 | POST PATH HTTP/1.1~Host: h~Content-Length: 4~Content-Length: 5~~abcde               | two lengths
            400 | POST PATH HTTP/1.1~Host: h~Content-Length: 4~Content-Length: 4~~abcd                | the same twice
            400 | POST PATH HTTP/1.1~Host: h~Content-Length: 4, 4~~abcd                               | a list of lengths
            400 | POST PATH HTTP/1.1~Host: h~Content-Length: +4~~abcd                                 | a sign
            400 | POST PATH HTTP/1.1~Host: h~Content-Length: -4~~abcd                                 | less than nothing
            400 | POST PATH HTTP/1.1~Host: h~Content-Length: 0x4~~abcd                                | hexadecimal
            400 | POST PATH HTTP/1.1~Host: h~Content-Length: 4 4~~abcd                                | two numbers
            400 | POST PATH HTTP/1.1~Host: h~Content-Length: 99999999999999999999~~abcd               | more than there is
            400 | POST PATH HTTP/1.1~Host: h~Content-Length:~~abcd                                    | no number
            400 | POST PATH HTTP/1.1~Host: h~Content-Length : 4~~abcd                                 | space before the colon
            400 | POST PATH HTTP/1.1~Host: h~Content-Length\\t: 4~~abcd                               | tab before the colon
            400 | POST PATH HTTP/1.1~Host: h~Content-Length\\0: 4~~abcd                               | NUL in a name
            400 | POST PATH HTTP/1.1~Host: h~Transfer-Encoding : chunked~~0~~                         | space before the colon
            400 | POST PATH HTTP/1.1~Host: h~Transfer-Encoding: xchunked~~0~~                         | nearly chunked
            400 | POST PATH HTTP/1.1~Host: h~Transfer-Encoding: chunked, identity~~0~~                | something behind chunked
            501 | POST PATH HTTP/1.1~Host: h~Transfer-Encoding: gzip, chunked~~0~~                    | something before it
            400 | POST PATH HTTP/1.1~Host: h~Transfer-Encoding: identity~~0~~                         | nothing at all
            400 | POST PATH HTTP/1.1~Host: h~Transfer-Encoding: chunked~Transfer-Encoding: chunked~~0~~ | twice
            400 | POST PATH HTTP/1.1~Host: h~Transfer-Encoding: chunked~Transfer-Encoding: x~~0~~     | a second one
            400 | POST PATH HTTP/1.0~Host: h~Transfer-Encoding: chunked~~0~~                          | before it was invented
            400 | POST PATH HTTP/1.1~Host: h~Transfer-Encoding:~ chunked~~0~~                         | folded
            400 | POST PATH HTTP/1.1~Host: h~Transfer-Encoding:~\\tchunked~~0~~                       | folded with a tab
            400 | GET PATH HTTP/1.1~Host: h~X: a~ Content-Length: 5~~                                 | folded into something else
            400 | GET PATH HTTP/1.1~ Host: h~~                                                        | the first header folded
            400 | GET PATH HTTP/1.1~Host: h~X: a\\0b~~                                                | NUL in a value
            400 | GET PATH HTTP/1.1~Host: h~X: a\\rY: b~~                                             | CR in a value
            400 | GET PATH HTTP/1.1~Host: h^X: a~~                                                    | a bare LF
            400 | GET PATH HTTP/1.1^Host: h~~                                                         | one behind the first line
            400 | GET PATH HTTP/1.1~Host: h~X: a^^                                                    | two at the end
            400 | GET PATH HTTP/1.1~Host: h~X: a\\v~~                                                 | a vertical tab
            400 | GET PATH HTTP/1.1~Host: h~: a~~                                                     | no name
            400 | GET PATH HTTP/1.1~Host: h~NoColon~~                                                 | no colon
            400 | GET PATH HTTP/1.1~Host: h~X Y: a~~                                                  | space in a name
            400 | GET PATH HTTP/1.1~Host: h~X(Y): a~~                                                 | brackets in a name
            400 | GET PATH HTTP/1.1~~                                                                 | no host
            400 | GET PATH HTTP/1.1~Host: h~Host: h~~                                                 | two hosts
            400 | GET PATH HTTP/1.1~Host: h~host: evil.example.com~~                                  | two hosts in two spellings
            421 | GET PATH HTTP/1.1~Host: evil.example.com~~                                          | a stranger's name
            421 | GET PATH HTTP/1.1~Host: h, evil.example.com~~                                       | two names
            421 | GET PATH HTTP/1.1~Host: evil@h~~                                                    | a user
            421 | GET PATH HTTP/1.1~Host: h:80:80~~                                                   | two ports
            421 | GET PATH HTTP/1.1~Host: h/evil~~                                                    | a path
            421 | GET PATH HTTP/1.1~Host:~~                                                           | an empty name
            421 | GET PATH HTTP/1.1~Host: evil.example.com~X-Forwarded-Host: h~~                      | a forged proxy
            400 | GET http://hPATH HTTP/1.1~Host: h~~                                                 | absolute form
            400 | GET h:80 HTTP/1.1~Host: h~~                                                         | authority form
            400 | CONNECT h:80 HTTP/1.1~Host: h~~                                                     | a tunnel
            400 | OPTIONS * HTTP/1.1~Host: h~~                                                        | asterisk form
            400 | GET PATH\\0 HTTP/1.1~Host: h~~                                                      | NUL in the target
            400 | GET PATH\\t HTTP/1.1~Host: h~~                                                      | tab behind the target
            400 | GET  PATH HTTP/1.1~Host: h~~                                                        | two spaces
            400 | GET PATH?a=%0 HTTP/1.1~Host: h~~                                                    | half an escape
            400 | GET~Host: h~~                                                                       | half a request line
            400 | GET PATH~Host: h~~                                                                  | HTTP/0.9
            400 | GET PATH HTTP/1.1 x~Host: h~~                                                       | too long a request line
            505 | GET PATH HTTP/1.2~Host: h~~                                                         | a version to come
            505 | GET PATH HTTP/2.0~Host: h~~                                                         | HTTP/2
            505 | PRI * HTTP/2.0~~SM~~                                                                | its preface
            400 | GET PATH http/1.1~Host: h~~                                                         | small letters
            400 | GET PATH XTTP/1.1~Host: h~~                                                         | another protocol
            400 | G\\0T PATH HTTP/1.1~Host: h~~                                                       | NUL in the method
            """)
    void endsWithOneAnswer(int status, String request, String what) throws IOException {
        for (String path : new String[] {"/a", "/ws"}) {
            for (boolean piecemeal : new boolean[] {false, true}) {
                String sent = request.strip().replace("PATH", path);
                int headers = sent.indexOf("~Host: h~");
                if (path.equals("/ws") && headers > 0) {
                    sent = sent.substring(0, headers) + "~Host: h~" + UPGRADE + sent.substring(headers + 9);
                }
                ASKED.clear();
                try (RawPeer peer = new RawPeer(kit.edge.address())) {
                    send(peer, bytes(sent + HIDDEN), piecemeal);
                    Answer answer = peer.answer();
                    assertThat(answer.status()).as(what + " at " + path).isEqualTo(status);
                    assertThat(answer.headers()).containsEntry("content-type", "application/problem+json")
                            .containsEntry("connection", "close");
                    assertThat(answer.body()).doesNotContain("Exception", "netty", "hidden");
                    assertThat(peer.ended()).as(what).isTrue();
                }
                assertThat(ASKED).as(what).isEmpty();
            }
        }
        canary.text("{\"type\":\"system.ping\"}");
        assertThat(canary.message().path("type").textValue()).isEqualTo("system.pong");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            GET /a HTTP/1.1~Host: h~~                                            | the plainest
            ~~GET /a HTTP/1.1~Host: h~~                                          | empty lines before it
            GET /a HTTP/1.0~~                                                    | HTTP/1.0 without a host
            GET /a HTTP/1.1~hOsT: LOCALHOST:80~~                                 | any spelling
            GET /a HTTP/1.1~Host:\\th\\t~~                                       | tabs around a value
            POST /a HTTP/1.1~Host: h~Content-Length: 0~~                         | a length of nothing
            POST /a HTTP/1.1~Host: h~Transfer-Encoding: Chunked~~1;x=y~a~0~X: y~~ | chunks with all they may have
            GET /health/live HTTP/1.1~Host: some.balancer.example~~              | a health check by any name
            """)
    void takesWhatIsOnlyUnusual(String request, String what) throws IOException {
        for (boolean piecemeal : new boolean[] {false, true}) {
            ASKED.clear();
            try (RawPeer peer = new RawPeer(kit.edge.address())) {
                send(peer, bytes(request.strip()), piecemeal);
                assertThat(peer.answer().status()).as(what).isEqualTo(200);
            }
            assertThat(ASKED).hasSize(1);
        }
    }

    @Test
    void takesAHundredHeadersAndNoMore() throws IOException {
        for (int more = 99; more <= 100; more++) {
            try (RawPeer peer = new RawPeer(kit.edge.address())) {
                peer.send("GET /a HTTP/1.1\nHost: h\n" + "a: b\n".repeat(more) + "\n");
                assertThat(peer.answer().status()).isEqualTo(more == 99 ? 200 : 431);
            }
        }
    }

    /** What comes behind an upgrade is frames, whatever it looks like. */
    @Test
    void takesNoRequestBehindAnUpgrade() throws IOException {
        ASKED.clear();
        try (RawPeer peer = new RawPeer(kit.edge.address())) {
            peer.sendBytes(bytes("GET /ws?token=acme:ann HTTP/1.1~Host: h~" + UPGRADE + "~" + HIDDEN));
            assertThat(peer.answer().status()).isEqualTo(101);
            String rest = new String(peer.in.readAllBytes(), StandardCharsets.ISO_8859_1);
            assertThat(rest).doesNotContain("HTTP/1.1").contains("protocol_error");
        } catch (java.net.SocketException e) {
            assertThat(e).hasMessageContaining("reset");
        }
        assertThat(ASKED).isEmpty();
        double open = kit.open();
        Eventually.holds(() -> kit.open() <= open);
    }

    @Test
    void takesNoUpgradeInsideOfABody() throws IOException {
        ASKED.clear();
        String hidden = "GET /ws?token=acme:ann HTTP/1.1\r\nHost: h\r\n\r\n";
        try (RawPeer peer = new RawPeer(kit.edge.address())) {
            peer.send("POST /a HTTP/1.1\nHost: h\nContent-Length: " + hidden.length() + "\n\n");
            peer.sendBytes(hidden.getBytes(StandardCharsets.US_ASCII));
            assertThat(peer.answer().status()).isEqualTo(200);
            peer.send("GET /b HTTP/1.1\nHost: h\n\n");
            assertThat(peer.answer().status()).isEqualTo(200);
        }
        assertThat(ASKED).containsExactly("/a", "/b");
    }
}
