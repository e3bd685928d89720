package dev.hawser.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.gateway.peer.Client;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginsTest {
    private static final Origins ORIGINS = new Origins(List.of(
            "https://app.example.com", "HTTPS://Shop.Example.com:443/", "http://127.0.0.1:8080", "http://old.example.com:80"));

    @ParameterizedTest
    @ValueSource(strings = {
            "https://app.example.com", "https://shop.example.com", "http://127.0.0.1:8080", "http://old.example.com"})
    void allowsWhatIsConfiguredAsABrowserWritesIt(String origin) {
        assertThat(ORIGINS.allows(origin)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            true,  http://192.168.1.5:8080,  false, 192.168.1.5:8080
            true,  https://hawser:8443,      true,  hawser:8443
            true,  https://app.example.com,  false, 192.168.1.5:8080
            false, https://192.168.1.5:8080, false, 192.168.1.5:8080
            false, http://192.168.1.5,       false, 192.168.1.5:8080
            false, http://192.168.1.5:3000,  false, 192.168.1.5:8080
            false, null,                     false, 192.168.1.5:8080
            """)
    void allowsThePageThatTheRequestGoesBackTo(boolean allowed, String origin, boolean secure, String authority) {
        Client client = new Client(InetAddress.getLoopbackAddress(), false, secure, authority);
        Origins open = new Origins(List.of("https://app.example.com"), true);
        assertThat(open.allows(origin, client)).isEqualTo(allowed);
        assertThat(ORIGINS.allows(origin, client)).isEqualTo(ORIGINS.allows(origin));
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "", " ", "null", "NULL", "*", "https://", "app.example.com", "//app.example.com", "file://", "about:blank",
            "https://app.example.com.evil.com", "https://evil.com/app.example.com", "https://evilapp.example.com",
            "https://app.example.com@evil.com", "https://user@app.example.com", "https://evil.com#app.example.com",
            "https://evil.com?https://app.example.com", "https://app.example.com/", "https://app.example.com.",
            "https://app.example.com:443", "https://app.example.com:8443", "https://app.example.com:", "http://app.example.com",
            "https://app.example.com:443:443", "wss://app.example.com", "https:/app.example.com", "https:app.example.com",
            "HTTPS://app.example.com", "https://APP.example.com", "https://app.example.co", "https://pp.example.com",
            "https://*.example.com", "https://app.example.com https://evil.com", "https://app.example.com,https://evil.com",
            " https://app.example.com", "https://app.example.com ", "https://app.example.com\t", "https://app.example.com\u0000",
            "https://app.example.com\u00a0", "https://\u00e4pp.example.com", "https://app\u3002example\u3002com",
            "https://app.example\uff0ecom", "https://xn--pp-xia.example.com", "https://app%2eexample.com",
            "https://app_example.com", "https://app-example.com", "https://appxexample.com", "https://example.com",
            "http://127.0.0.1", "http://127.0.0.1:80", "http://127.0.0.1:8081", "http://127.0.0.2:8080", "http://127.1:8080",
            "http://2130706433:8080", "http://localhost:8080", "http://[::1]:8080", "http://old.example.com:80",
            "https://old.example.com"})
    void allowsNothingThatOnlyLooksLikeIt(String origin) {
        assertThat(ORIGINS.allows(origin)).isFalse();
    }
}
