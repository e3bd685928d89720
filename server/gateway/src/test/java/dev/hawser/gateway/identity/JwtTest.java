package dev.hawser.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class JwtTest {
    @Test
    void whatIsNotUtf8IsNoToken() {
        assertThat(Jwt.parse(token("{\"sub\":\"ann\"}".getBytes(StandardCharsets.UTF_8)))).isPresent();
        assertThat(Jwt.parse(token("{\"s\u00fcb\":\"ann\"}".getBytes(StandardCharsets.UTF_8)))).isPresent();
        assertThat(Jwt.parse(token("{\"s\u00fcb\":\"ann\"}".getBytes(StandardCharsets.ISO_8859_1)))).isEmpty();
        assertThat(Jwt.parse(token(new byte[] {'{', '"', (byte) 0xc0, (byte) 0x80, '"', ':', '1', '}'}))).isEmpty();
        assertThat(Jwt.parse(token("{}".getBytes(StandardCharsets.UTF_16LE)))).isEmpty();
    }

    private static String token(byte[] claims) {
        return Base64URL.encode("{\"alg\":\"ES256\"}") + "." + Base64URL.encode(claims) + ".AA";
    }
}
