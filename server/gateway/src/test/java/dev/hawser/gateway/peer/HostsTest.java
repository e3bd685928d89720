package dev.hawser.gateway.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostsTest {
    private static final Hosts HOSTS = new Hosts(List.of("chat.example.com", "chat.example.com:443", "gw.internal:8080"));

    @ParameterizedTest
    @ValueSource(strings = {"chat.example.com", "CHAT.Example.com", "chat.example.com:443", "gw.internal:8080",
            "localhost", "localhost:9000", "127.0.0.1", "127.0.0.1:1", "[::1]", "[::1]:8080", "192.168.1.5:8080",
            "[2001:db8::1]:8080", "203.0.113.9", "hawser", "hawser:8080", "hawser_gateway-1:8080"})
    void answersToItsNamesAndToWhatNobodyElseCanGiveIt(String authority) {
        assertThat(HOSTS.allows(authority)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "evil.example.com", "chat.example.com.evil.com", "evil-chat.example.com",
            "xchat.example.com", "chat.example.co", "chat.example.com.", ".chat.example.com", "chat.example.com:80",
            "chat.example.com:8443", "chat.example.com:", "chat.example.com:443:443", "chat.example.com:443x", "gw.internal",
            "gw.internal:8081", "user@chat.example.com", "chat.example.com@evil.com", "chat.example.com/evil",
            "http://chat.example.com", "chat.example.com, evil.com", "chat.example.com evil.com", "chat\u0131.example.com",
            "chat.example.com\u0000", "chat.example.com#", "chat.example.com?", "chat%2eexample.com", "localhost.",
            "localhost.evil.com", "127.0.0.1.evil.com", "127.0.0.1.", "2130706433", "0x7f000001", "0177.0.0.1", "127.1",
            "127.0.0.1:99999", "[::1", "::1", "[::1]x", "[::1%lo]", "[evil.com]", "[]", "*", "a..b"})
    void answersToNothingElse(String authority) {
        assertThat(HOSTS.allows(authority)).isFalse();
    }
}
