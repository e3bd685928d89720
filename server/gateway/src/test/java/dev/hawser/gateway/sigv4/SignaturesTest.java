package dev.hawser.gateway.sigv4;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignaturesTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final String PATH = "/@connections/L0SM%3D";
    private static final byte[] BODY = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);
    private static final Signer SIGNER = new Signer("AKID", "secret");
    private static final Signatures SIGNATURES = new Signatures(Map.of("AKID", "secret", "OTHER", "other secret"));
    private static final String NOT_OURS = "The signature is not that of a key known here over this request";
    private static final String UNSIGNED = "The request is not signed with AWS Signature Version 4";

    private static Map<String, String> signed() {
        return SIGNER.sign("POST", PATH, BODY, NOW, Map.of());
    }

    private static Signatures.Verdict verify(String method, String path, Map<String, List<String>> query,
            Map<String, String> headers, byte[] body) {
        Map<String, String> any = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        any.putAll(headers);
        return SIGNATURES.verify(new SignedRequest(method, path, query,
                name -> any.containsKey(name) ? List.of(any.get(name)) : List.of(), body), NOW);
    }

    private static Signatures.Verdict verify(Map<String, String> headers) {
        return verify("POST", PATH, Map.of(), headers, BODY);
    }

    private static Signatures.Verdict refused(String why) {
        return new Signatures.Verdict.Refused(why);
    }

    @Test
    void whatIsSignedIsAcceptedForTheKeyThatSigned() {
        assertThat(verify(signed())).isEqualTo(new Signatures.Verdict.Signed("AKID"));
        assertThat(verify(new Signer("OTHER", "other secret").sign("POST", PATH, BODY, NOW, Map.of())))
                .isEqualTo(new Signatures.Verdict.Signed("OTHER"));
    }

    @Test
    void theDigestMayBeSaidAndTheCommasMayStandAlone() {
        Map<String, String> headers = SIGNER.sign("POST", PATH, BODY, NOW, Map.of(
                "x-amz-content-sha256", Canonical.digest(BODY), "content-type", "application/json",
                "x-amz-security-token", "session"));
        assertThat(verify(headers)).isEqualTo(new Signatures.Verdict.Signed("AKID"));
        headers.put("Authorization", headers.get("Authorization").replace(", ", ","));
        assertThat(verify(headers)).isEqualTo(new Signatures.Verdict.Signed("AKID"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"us-east-1", "eu-central-1", "local"})
    void everyRegionIsRight(String region) {
        assertThat(verify(SIGNER.sign("POST", PATH, Map.of(), BODY, NOW, region, "execute-api", Map.of())))
                .isEqualTo(new Signatures.Verdict.Signed("AKID"));
    }

    @ParameterizedTest
    @CsvSource({"-301, false", "-300, true", "0, true", "300, true", "301, false", "-86400, false", "31536000, false"})
    void theTimeHasToBeNear(long seconds, boolean accepted) {
        Map<String, String> headers = SIGNER.sign("POST", PATH, BODY, NOW.plusSeconds(seconds), Map.of());
        assertThat(verify(headers)).isEqualTo(accepted ? new Signatures.Verdict.Signed("AKID")
                : refused("The time of the request is more than five minutes from now"));
    }

    static Stream<Arguments> altered() {
        return Stream.of(
                Arguments.of("another method", "GET", PATH, Map.of(), BODY),
                Arguments.of("another path", "POST", "/@connections/other", Map.of(), BODY),
                Arguments.of("the path encoded otherwise", "POST", "/%40connections/L0SM%3D", Map.of(), BODY),
                Arguments.of("the path decoded", "POST", "/@connections/L0SM=", Map.of(), BODY),
                Arguments.of("a slash more", "POST", PATH + "/", Map.of(), BODY),
                Arguments.of("a query", "POST", PATH, Map.of("a", List.of("1")), BODY),
                Arguments.of("another body", "POST", PATH, Map.of(), "{\"a\":2}".getBytes(StandardCharsets.UTF_8)),
                Arguments.of("no body", "POST", PATH, Map.of(), new byte[0]),
                Arguments.of("a byte more", "POST", PATH, Map.of(), "{\"a\":1} ".getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("altered")
    void whatIsAlteredIsRefused(String what, String method, String path, Map<String, List<String>> query, byte[] body) {
        assertThat(verify(method, path, query, signed(), body)).as(what).isEqualTo(refused(NOT_OURS));
    }

    @Test
    void aQueryThatIsSignedCannotBeChanged() {
        Map<String, List<String>> query = Map.of("a", List.of("2", "1"), "b", List.of(""));
        Map<String, String> headers = SIGNER.sign("POST", PATH, query, BODY, NOW, "r", "execute-api", Map.of());
        assertThat(verify("POST", PATH, query, headers, BODY)).isEqualTo(new Signatures.Verdict.Signed("AKID"));
        assertThat(verify("POST", PATH, Map.of("a", List.of("2", "1")), headers, BODY)).isEqualTo(refused(NOT_OURS));
        assertThat(verify("POST", PATH, Map.of(), headers, BODY)).isEqualTo(refused(NOT_OURS));
    }

    static Stream<Arguments> headers() {
        String day = "The request needs one valid X-Amz-Date of the day that it is signed for";
        String coverage = "Host and the X-Amz headers have to be signed, and every signed header sent";
        return Stream.of(
                header("no authorization", UNSIGNED, headers -> without(headers, "Authorization")),
                header("a bearer", UNSIGNED, headers -> with(headers, "Authorization", "Bearer x")),
                header("another algorithm", UNSIGNED, headers -> in(headers, "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1")),
                header("asymmetric", UNSIGNED, headers -> in(headers, "AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256")),
                header("no credential", UNSIGNED, headers -> in(headers, "Credential=", "Cred=")),
                header("no signature", UNSIGNED, headers -> in(headers, ", Signature=", ", Sig=")),
                header("an empty signature", UNSIGNED, headers -> with(headers, "Authorization",
                        headers.get("Authorization").replaceAll("Signature=.*", "Signature="))),
                header("a signature in capitals", UNSIGNED, headers -> with(headers, "Authorization",
                        headers.get("Authorization").replaceAll("Signature=.*", "Signature=" + "AB".repeat(32)))),
                header("two signatures", UNSIGNED, headers -> with(headers, "Authorization",
                        headers.get("Authorization") + ", Signature=" + "0".repeat(64))),
                header("something else beside", UNSIGNED, headers -> with(headers, "Authorization",
                        headers.get("Authorization") + ", More=1")),
                header("no terminator", UNSIGNED, headers -> in(headers, "/aws4_request", "/aws5_request")),
                header("a scope of three", UNSIGNED, headers -> in(headers, "/eu-central-1/", "/")),
                header("nothing signed", UNSIGNED, headers -> in(headers, "SignedHeaders=host;x-amz-date", "SignedHeaders=")),
                header("headers in another order", UNSIGNED, headers -> in(headers, "host;x-amz-date", "x-amz-date;host")),
                header("a header twice", UNSIGNED, headers -> in(headers, "host;x-amz-date", "host;host;x-amz-date")),
                header("a wrong signature", NOT_OURS, headers -> with(headers, "Authorization",
                        headers.get("Authorization").replaceAll("Signature=.*", "Signature=" + "0".repeat(64)))),
                header("an unknown key", NOT_OURS, headers -> in(headers, "Credential=AKID", "Credential=NOBODY")),
                header("another's key", NOT_OURS, headers -> in(headers, "Credential=AKID", "Credential=OTHER")),
                header("another region", NOT_OURS, headers -> in(headers, "eu-central-1", "us-east-1")),
                header("another service", "The request is signed for another service than execute-api",
                        headers -> in(headers, "execute-api", "s3")),
                header("another day", day, headers -> in(headers, "/20260301/", "/20260302/")),
                header("no date", day, headers -> without(headers, "x-amz-date")),
                header("no date at all", day, headers -> with(headers, "x-amz-date", "yesterday")),
                header("a date that is none", day, headers -> with(headers, "x-amz-date", "20260301T256000Z")),
                header("another time", NOT_OURS, headers -> with(headers, "x-amz-date", "20260301T120001Z")),
                header("another host", NOT_OURS, headers -> with(headers, "host", "elsewhere")),
                header("no host", coverage, headers -> without(headers, "host")),
                header("the host unsigned", coverage, headers -> in(headers, "host;x-amz-date", "x-amz-date")),
                header("the date unsigned", coverage, headers -> in(headers, "host;x-amz-date", "host")),
                header("a header that is not there", coverage, headers -> in(headers, "host;x-amz-date", "host;missing;x-amz-date")),
                header("an unsigned digest", coverage,
                        headers -> with(headers, "x-amz-content-sha256", Canonical.digest(BODY))),
                header("an unsigned session token", coverage, headers -> with(headers, "x-amz-security-token", "x")));
    }

    private static Arguments header(String what, String why, UnaryOperator<Map<String, String>> change) {
        return Arguments.of(what, why, change);
    }

    private static Map<String, String> with(Map<String, String> headers, String name, String value) {
        Map<String, String> copy = new HashMap<>(headers);
        copy.put(name, value);
        return copy;
    }

    private static Map<String, String> without(Map<String, String> headers, String name) {
        Map<String, String> copy = new HashMap<>(headers);
        copy.remove(name);
        return copy;
    }

    private static Map<String, String> in(Map<String, String> headers, String old, String fresh) {
        assertThat(headers.get("Authorization")).contains(old);
        return with(headers, "Authorization", headers.get("Authorization").replace(old, fresh));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("headers")
    void whatIsNotSignedAsItMustBeIsRefused(String what, String why, UnaryOperator<Map<String, String>> change) {
        assertThat(verify(change.apply(signed()))).as(what).isEqualTo(refused(why));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UNSIGNED-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", ""})
    void aDigestThatIsSignedHasToBeThatOfTheBody(String digest) {
        assertThat(verify(SIGNER.sign("POST", PATH, BODY, NOW, Map.of("x-amz-content-sha256", digest))))
                .isEqualTo(refused(NOT_OURS));
    }

    @Test
    void whereThereIsNoKeyNothingIsAccepted() {
        Signatures none = new Signatures(Map.of());
        Map<String, String> headers = signed();
        assertThat(none.verify(new SignedRequest("POST", PATH, Map.of(),
                name -> headers.containsKey(name) ? List.of(headers.get(name)) : List.of(), BODY), NOW))
                .isEqualTo(refused(NOT_OURS));
    }

    @Test
    void twoAuthorizationsAreNone() {
        Map<String, String> headers = signed();
        assertThat(SIGNATURES.verify(new SignedRequest("POST", PATH, Map.of(), name -> name.equals("Authorization")
                ? List.of(headers.get(name), headers.get(name)) : List.of(headers.get(name)), BODY), NOW))
                .isEqualTo(refused(UNSIGNED));
    }
}
