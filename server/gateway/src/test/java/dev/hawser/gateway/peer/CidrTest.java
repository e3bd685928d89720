package dev.hawser.gateway.peer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {
    @ParameterizedTest
    @CsvSource(textBlock = """
            10.0.0.0/8,        10.255.255.255,      true
            10.0.0.0/8,        11.0.0.0,            false
            10.1.2.3/8,        10.9.9.9,            true
            192.0.2.128/25,    192.0.2.127,         false
            192.0.2.128/25,    192.0.2.255,         true
            192.0.2.7,         192.0.2.7,           true
            192.0.2.7,         192.0.2.8,           false
            0.0.0.0/0,         203.0.113.9,         true
            0.0.0.0/0,         ::1,                 false
            ::/0,              2001:db8::1,         true
            ::/0,              192.0.2.7,           false
            2001:db8::/32,     2001:db8:ffff::1,    true
            2001:db8::/32,     2001:db9::1,         false
            2001:db8::/33,     2001:db8:8000::1,    false
            ::1,               0:0:0:0:0:0:0:1,     true
            127.0.0.0/8,       ::ffff:127.0.0.1,    true
            ::ffff:10.0.0.1,   10.0.0.1,            true
            """)
    void containsWhatSharesItsLeadingBits(String block, String address, boolean contained) {
        assertThat(Cidr.parse(block).orElseThrow().contains(IpAddresses.parse(address).orElseThrow())).isEqualTo(contained);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/8/8", "10.0.0/8",
            "10", "0x0a.0.0.1", "010.0.0.1", "256.0.0.1", "1.2.3.4.5", "localhost", "example.com", "::1/129", "::1%lo", "[::1]",
            "1::2::3", ":::", "::ffff:10.0.0.1/104/1", " 10.0.0.1", "10.0.0.1 ", "10.0.0.1\n", "１.2.3.4", "*", "any"})
    void takesNothingElse(String text) {
        assertThat(Cidr.parse(text)).isEmpty();
    }
}
