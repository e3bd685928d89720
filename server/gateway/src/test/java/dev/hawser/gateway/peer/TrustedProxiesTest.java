package dev.hawser.gateway.peer;

import static dev.hawser.gateway.peer.Limits.cidr;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrustedProxiesTest {
    private static final TrustedProxies PROXIES =
            new TrustedProxies(List.of(cidr("10.0.0.0/8"), cidr("2001:db8:aaaa::/48"), cidr("192.0.2.1")));

    private static Client client(String peer, boolean secure, String forwardedFor, String proto, String host) {
        return PROXIES.client(IpAddresses.parse(peer).orElseThrow(), secure,
                new TrustedProxies.Said(values(forwardedFor), values(proto), values(host), "own.example"));
    }

    /** One header a piece, where several were sent. */
    private static List<String> values(String headers) {
        return headers == null ? List.of() : Arrays.stream(headers.split("\\|", -1)).map(String::strip).toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', nullValues = "-", textBlock = """
            203.0.113.9   ; -                                        ; 203.0.113.9    ; nobody speaks for it
            203.0.113.9   ; 198.51.100.1                             ; 203.0.113.9    ; a stranger's word
            203.0.113.9   ; 10.0.0.1                                 ; 203.0.113.9    ; a stranger that poses as a proxy
            10.0.0.1      ; -                                        ; 10.0.0.1       ; a proxy for itself
            10.0.0.1      ; ''                                       ; 10.0.0.1       ; nothing said
            10.0.0.1      ; 198.51.100.1                             ; 198.51.100.1   ; one hop
            10.0.0.1      ; 198.51.100.1, 10.0.0.2                   ; 198.51.100.1   ; two proxies
            10.0.0.1      ; 198.51.100.1, 10.0.0.2, 192.0.2.1        ; 198.51.100.1   ; three proxies
            10.0.0.1      ; 1.1.1.1, 198.51.100.1                    ; 198.51.100.1   ; a spoofed first entry
            10.0.0.1      ; 10.9.9.9, 198.51.100.1                   ; 198.51.100.1   ; a spoofed proxy before it
            10.0.0.1      ; 1.1.1.1, 10.9.9.9, 198.51.100.1, 10.0.0.2; 198.51.100.1   ; a spoofed chain
            10.0.0.1      ; 1.1.1.1 | 198.51.100.1                   ; 198.51.100.1   ; two headers, the last counts
            10.0.0.1      ; 198.51.100.1 | 10.0.0.2                  ; 198.51.100.1   ; two headers, one chain
            10.0.0.1      ; 10.0.0.2, 10.0.0.3                       ; 10.0.0.2       ; proxies only
            10.0.0.1      ; 198.51.100.1:4711                        ; 198.51.100.1   ; with a port
            10.0.0.1      ; [2001:db8::7]:4711                       ; 2001:db8::7    ; with brackets and a port
            10.0.0.1      ; [2001:db8::7]                            ; 2001:db8::7    ; with brackets
            10.0.0.1      ; 2001:db8::7                              ; 2001:db8::7    ; bare
            10.0.0.1      ; ::ffff:198.51.100.1                      ; 198.51.100.1   ; IPv4-mapped
            10.0.0.1      ; 198.51.100.1, ::ffff:10.0.0.2            ; 198.51.100.1   ; a mapped proxy
            ::ffff:10.0.0.1; 198.51.100.1                            ; 198.51.100.1   ; a mapped peer
            2001:db8:aaaa::1; 198.51.100.1                           ; 198.51.100.1   ; a proxy over IPv6
            2001:db8:aaab::1; 198.51.100.1                           ; 2001:db8:aaab::1; its neighbour
            10.0.0.1      ; unknown                                  ; 10.0.0.1       ; no address
            10.0.0.1      ; 198.51.100.1, unknown                    ; 10.0.0.1       ; nothing behind what is no address
            10.0.0.1      ; 198.51.100.1, garbage, 10.0.0.2          ; 10.0.0.2       ; up to the garbage
            10.0.0.1      ; 198.51.100.1,                            ; 10.0.0.1       ; an empty last entry
            10.0.0.1      ; 198.51.100.999                           ; 10.0.0.1       ; out of range
            10.0.0.1      ; 198.51.100.1:port                        ; 10.0.0.1       ; no port
            10.0.0.1      ; [198.51.100.1]:80                        ; 10.0.0.1       ; brackets around IPv4
            10.0.0.1      ; [2001:db8::7                             ; 10.0.0.1       ; half a bracket
            10.0.0.1      ; [2001:db8::7]x                           ; 10.0.0.1       ; something behind it
            10.0.0.1      ; fe80::1%eth0                             ; 10.0.0.1       ; a scope
            10.0.0.1      ; "198.51.100.1"                           ; 10.0.0.1       ; quoted
            10.0.0.1      ; 0xC6.51.100.1                            ; 10.0.0.1       ; hexadecimal
            10.0.0.1      ; 3325256705                               ; 10.0.0.1       ; one number
            10.0.0.1      ; evil.example.com                         ; 10.0.0.1       ; a name is never looked up
            """)
    void walksFromTheRightOverWhomItTrusts(String peer, String forwardedFor, String expected, String what) {
        assertThat(client(peer, false, forwardedFor, null, null).address()).as(what)
                .isEqualTo(IpAddresses.parse(expected).orElseThrow());
    }

    @Test
    void followsSoManyProxiesAndNoMore() {
        String chain = "198.51.100.1" + ", 10.0.0.2".repeat(31);
        assertThat(client("10.0.0.1", false, chain, null, null).shown()).isEqualTo("198.51.100.1");
        assertThat(client("10.0.0.1", false, chain + ", 10.0.0.3".repeat(5_000), null, null).shown()).isEqualTo("10.0.0.3");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', nullValues = "-", textBlock = """
            203.0.113.9; false; https      ; evil.example ; false; own.example
            203.0.113.9; true ; http       ; evil.example ; true ; own.example
            10.0.0.1   ; false; -          ; -            ; false; own.example
            10.0.0.1   ; true ; -          ; -            ; true ; own.example
            10.0.0.1   ; false; https      ; chat.example ; true ; chat.example
            10.0.0.1   ; true ; http       ; chat.example ; false; chat.example
            10.0.0.1   ; false; http, https; a, b         ; true ; b
            10.0.0.1   ; false; https | http; a | b       ; false; b
            10.0.0.1   ; false; wss        ; ''           ; false; own.example
            10.0.0.1   ; true ; ''         ; a,           ; true ; own.example
            """)
    void takesSchemeAndHostFromTheNearestProxy(
            String peer, boolean secure, String proto, String host, boolean safe, String authority) {
        Client client = client(peer, secure, null, proto, host);
        assertThat(client.secure()).isEqualTo(safe);
        assertThat(client.authority()).isEqualTo(authority);
    }
}
