package dev.hawser.gateway.ws;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import dev.hawser.gateway.edge.EdgeSettings;
import dev.hawser.gateway.edge.Eventually;
import dev.hawser.gateway.edge.RawPeer;
import dev.hawser.gateway.edge.tls.TestPair;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What a request carried as its credential is in no log line of any level, no metric and no answer, in no spelling. */
class SecretsAtTheDoorTest {
    private static final String CANARY = "canary7secret";
    private static final String UPGRADE = "Host: h~Upgrade: websocket~Connection: Upgrade~Sec-WebSocket-Version: 13~"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==~";

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Level before = root.getLevel();
    private final AppenderBase<ILoggingEvent> sink = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getFormattedMessage() + " " + event.getKeyValuePairs()
                    + (event.getThrowableProxy() == null ? "" : ThrowableProxyUtil.asString(event.getThrowableProxy())));
        }
    };

    @TempDir
    Path folder;

    @BeforeEach
    void listen() {
        sink.start();
        root.addAppender(sink);
        root.setLevel(Level.TRACE);
    }

    @AfterEach
    void stop() {
        root.setLevel(before);
        root.detachAppender(sink);
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "GET /ws?token=SECRET HTTP/1.1~UPGRADE~", "GET /ws?ticket=SECRET HTTP/1.1~UPGRADE~",
            "GET /ws?token=acme:SECRET HTTP/1.1~UPGRADE~",
            "GET /ws?token=acme:SECRET HTTP/1.1~UPGRADE~\u0082\u0081\u0000\u0000\u0000\u0000a",
            "GET /ws?SECRET HTTP/1.1~UPGRADE~", "GET /ws?token=%53ECRET&SECRET=1 HTTP/1.1~UPGRADE~",
            "GET /ws HTTP/1.1~UPGRADEAuthorization: Bearer SECRET~~",
            "GET /ws HTTP/1.1~UPGRADESec-WebSocket-Protocol: hawser.v1, bearer.SECRET~~",
            "GET /ws HTTP/1.1~UPGRADEOrigin: https://app.example.com~Cookie: __session=SECRET~~",
            "GET /ws?token=SECRET HTTP/1.1~UPGRADEOrigin: https://SECRET.example.com~~",
            "GET /ws?token=SECRET HTTP/1.1~Host: SECRET.example.com~~", "GET /ws?token=SECRET HTTP/1.1~~",
            "GET /ws?token=SECRET%zz HTTP/1.1~UPGRADE~", "GET /ws?token=SECRET HTTP/2.0~UPGRADE~",
            "GET /ws?token=SECRET&" + "x=SECRET&" + " HTTP/1.1~UPGRADE~", "GET /ws?token=SECRET HTTP/1.1~Host: h~~",
            "GET /ws?token=SECRET HTTP/1.1~UPGRADEContent-Length: SECRET~~",
            "GET /ws?token=SECRET HTTP/1.1~UPGRADESECRET SECRET: SECRET~~",
            "GET /ws?token=SECRET HTTP/1.1~UPGRADEX: SECRET\u0000SECRET~~", "GET /ws?token=SECRET~~",
            "POST /ws?token=SECRET HTTP/1.1~UPGRADETransfer-Encoding: SECRET~~", "SECRET SECRET SECRET~~",
            "GET http://SECRET:SECRET@h/ws?token=SECRET HTTP/1.1~UPGRADE~",
            "GET /a?token=SECRET HTTP/1.1~Host: h~Authorization: Bearer SECRET~Cookie: __session=SECRET~~",
            "GET /a?token=SECRET HTTP/1.1~Host: h~X-Forwarded-For: SECRET~X-Forwarded-Host: SECRET~~",
            "GET /a#SECRET HTTP/1.1~Host: h~Referer: /a?token=SECRET~User-Agent: SECRET~~"})
    void areNowhere(String request) throws IOException {
        for (boolean tls : new boolean[] {false, true}) {
            WsKit.Options options = new WsKit.Options();
            options.api = exchange -> {
                LoggerFactory.getLogger("route").atInfo().addKeyValue("target", exchange.target())
                        .addKeyValue("exchange", exchange).log("asked {}", exchange.target());
                exchange.respond(200, Map.of(), new byte[0]);
            };
            options.edge = options.edge.withHandshakeTimeout(Duration.ofMinutes(1));
            TestPair pair = TestPair.ec("a");
            options.edge = tls ? options.edge.withTls(Optional.of(pair.write(folder))) : options.edge;
            String text = request.replace("UPGRADE", UPGRADE).replace("%53ECRET", "%63" + CANARY.substring(1))
                    .replace("SECRET", CANARY).replace("~", "\r\n");
            byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
            String said;
            double counted;
            try (WsKit kit = new WsKit(options)) {
                said = answer(tls ? RawPeer.tls(kit.edge.address(), TestPair.trusting(pair)) : new RawPeer(kit.edge.address()),
                        bytes);
                if (tls) {
                    said += answer(new RawPeer(kit.edge.address()), bytes);
                    Eventually.holds(() -> kit.count("hawser.refusals", "reason", "tls") >= 1);
                }
                counted = kit.meters.getMeters().stream().filter(meter -> leaks(meter.getId().toString())).count();
            }
            // A user of that name is told who he is; everything else would be telling.
            assertThat(leaks(request.contains("acme:SECRET") ? "" : said)).as(said).isFalse();
            assertThat(counted).isZero();
            assertThat(lines).isNotEmpty().noneMatch(SecretsAtTheDoorTest::leaks);
        }
    }

    /** In clear, percent-encoded, or as hexadecimal digits. */
    private static boolean leaks(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        return lower.contains(CANARY) || lower.contains(CANARY.substring(1))
                || lower.replace(" ", "").contains(HexFormat.of().formatHex(CANARY.getBytes(StandardCharsets.US_ASCII)));
    }

    private static String answer(RawPeer peer, byte[] bytes) throws IOException {
        try (peer) {
            peer.sendBytes(bytes);
            byte[] some = new byte[4_096];
            int count = peer.in.read(some);
            return count < 0 ? "" : new String(some, 0, count, StandardCharsets.ISO_8859_1);
        } catch (java.net.SocketException e) {
            return "";
        }
    }
}
