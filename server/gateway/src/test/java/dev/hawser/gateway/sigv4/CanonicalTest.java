package dev.hawser.gateway.sigv4;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The vectors of AWS's own test suite for Signature Version 4. */
class CanonicalTest {
    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private static final String TIME = "20150830T123600Z";
    private static final Map<String, List<String>> HEADERS =
            Map.of("host", List.of("example.amazonaws.com"), "x-amz-date", List.of(TIME));
    private static final byte[] NOTHING = {};

    private static String signature(SignedRequest request) {
        Authorization authorization = new Authorization("AKIDEXAMPLE", "20150830", "us-east-1", "service",
                List.of("host", "x-amz-date"), "");
        String canonical = Canonical.request(request, authorization.signedHeaders(), Canonical.digest(request.body()));
        return Canonical.signature(SECRET, authorization, Authorization.ALGORITHM + "\n" + TIME + "\n" + authorization.scope()
                + "\n" + Canonical.digest(canonical.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void vanilla() {
        SignedRequest request = new SignedRequest("GET", "/", Map.of(), name -> HEADERS.getOrDefault(name, List.of()), NOTHING);
        assertThat(Canonical.request(request, List.of("host", "x-amz-date"), Canonical.digest(NOTHING))).isEqualTo("""
                GET
                /

                host:example.amazonaws.com
                x-amz-date:20150830T123600Z

                host;x-amz-date
                e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855""");
        assertThat(signature(request)).isEqualTo("5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
    }

    @Test
    void queryInTheOrderOfItsNames() {
        SignedRequest request = new SignedRequest("GET", "/", Map.of("Param2", List.of("value2"), "Param1", List.of("value1")),
                name -> HEADERS.getOrDefault(name, List.of()), NOTHING);
        assertThat(signature(request)).isEqualTo("b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");
    }

    @Test
    void thePathIsEncodedOnceMoreAndTheQueryOnce() {
        SignedRequest request = new SignedRequest("POST", "/@connections/L0SM%3D~x", Map.of("a b", List.of("ü", "1")),
                name -> List.of("  two   blanks ", "v"), NOTHING);
        assertThat(Canonical.request(request, List.of("h"), "d")).isEqualTo(
                "POST\n/%40connections/L0SM%253D~x\na%20b=%C3%BC&a%20b=1\nh:two blanks,v\n\nh\nd");
    }
}
