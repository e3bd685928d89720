package dev.hawser.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.OctetSequenceKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import dev.hawser.core.model.Principal;
import dev.hawser.core.model.Scope;
import dev.hawser.core.port.Identity;
import dev.hawser.core.port.Identity.Credential;
import dev.hawser.core.port.Identity.Verdict;
import dev.hawser.gateway.config.Config;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What tokens of configured issuers are good for, and what they are not. */
class OidcIssuerTest {
    private static final Instant NOW = Instant.ofEpochSecond(2_000_000_000);
    private static final long EXP = NOW.getEpochSecond() + 600;

    @TempDir
    Path data;

    private final FakeIssuer clerk = FakeIssuer.start();
    private final FakeIssuer keycloak = FakeIssuer.start();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private IdentityParts parts;

    @AfterEach
    void end() {
        if (parts != null) {
            parts.close();
        }
        clerk.close();
        keycloak.close();
    }

    /** @param issuers the configuration's list, as JSON */
    private Identity identity(String issuers) {
        try {
            parts = IdentityParts.of(Config.load(null, Map.of("HAWSER_IDENTITY_ISSUERS", issuers)).identity(), data, null, null,
                    meters, FakeIssuer.patient());
            return parts.identity();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private String issuer(FakeIssuer issuer, String more) {
        return "{\"issuer\":\"" + issuer.url() + "\"" + more + "}";
    }

    private static Verdict verify(Identity identity, String token) {
        return identity.verify(new Credential.Token(token), NOW);
    }

    private static Principal accepted(Verdict verdict) {
        assertThat(verdict).isInstanceOf(Verdict.Accepted.class);
        return ((Verdict.Accepted) verdict).principal();
    }

    private double refused(String reason) {
        return meters.get("hawser.credentials.refused").tag("reason", reason).counter().count();
    }

    @TestFactory
    Stream<DynamicTest> eachAlgorithmWithItsKindOfKey() {
        return Stream.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512").map(alg ->
                DynamicTest.dynamicTest(alg, () -> {
                    clerk.keys.clear();
                    JWK key = switch (alg) {
                        case "ES256" -> clerk.ec("k", Curve.P_256);
                        case "ES384" -> clerk.ec("k", Curve.P_384);
                        case "ES512" -> clerk.ec("k", Curve.P_521);
                        default -> clerk.rsa("k");
                    };
                    Identity identity = identity("[" + issuer(clerk, ",\"algorithms\":[\"" + alg + "\"]") + "]");
                    String claims = FakeIssuer.claims(clerk.url(), EXP);
                    String token = FakeIssuer.token(key, JWSAlgorithm.parse(alg), claims);
                    assertThat(accepted(verify(identity, token)).user().value()).isEqualTo("ann");
                    assertThat(verify(identity, token.substring(0, token.length() - 8) + "AAAAAAAA"))
                            .isEqualTo(Refusals.INVALID);
                    parts.close();
                    Identity other = identity("[" + issuer(clerk, ",\"algorithms\":[\""
                            + (alg.equals("RS256") ? "PS256" : "RS256") + "\"]") + "]");
                    assertThat(verify(other, token)).isEqualTo(Refusals.INVALID);
                }));
    }

    @Test
    void edwardsCurves() throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        byte[] encoded = pair.getPublic().getEncoded();
        byte[] x = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
        clerk.keys.add(new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(x)).keyID("e").build());
        Identity identity = identity("[" + issuer(clerk, ",\"algorithms\":[\"EdDSA\"]") + "]");
        String input = Base64URL.encode("{\"alg\":\"EdDSA\",\"kid\":\"e\"}") + "."
                + Base64URL.encode(FakeIssuer.claims(clerk.url(), EXP));
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(pair.getPrivate());
        signature.update(input.getBytes(StandardCharsets.US_ASCII));
        byte[] signed = signature.sign();
        assertThat(accepted(verify(identity, input + "." + Base64URL.encode(signed))).tenant().value()).isEqualTo("acme");
        signed[3] ^= 1;
        assertThat(verify(identity, input + "." + Base64URL.encode(signed))).isEqualTo(Refusals.INVALID);
        assertThat(verify(identity, input + "." + Base64URL.encode(new byte[10]))).isEqualTo(Refusals.INVALID);
    }

    /** Claims, and what they make: TENANT/USER, or the reason of a refusal. */
    private record Case(String name, String settings, String claims, String outcome) {}

    @TestFactory
    Stream<DynamicTest> claims() {
        RSAKey key = clerk.rsa("k");
        String aud = ",\"audience\":\"hawser\"";
        String paths = ",\"tenantClaim\":[\"https://x.example/firm\",\"a.b.c\",\"tenant\"],\"userClaim\":\"u.name\"";
        return Stream.of(
                new Case("Clerk: organisation within an object", "",
                        "\"sub\":\"user_2\",\"o\":{\"id\":\"org_7\",\"rol\":\"admin\"},\"azp\":\"https://a\"", "org_7/user_2"),
                new Case("Keycloak: a mapped claim, a list of audiences", aud,
                        "\"sub\":\"f:1:ann\",\"tenant\":\"acme\",\"aud\":[\"account\",\"hawser\"],\"typ\":\"Bearer\"",
                        "acme/f:1:ann"),
                new Case("the first tenant claim that is there counts", "",
                        "\"sub\":\"a\",\"tenant\":\"t\",\"org_id\":\"o\",\"o\":{\"id\":\"n\"}", "o/a"),
                new Case("null is not there", "", "\"sub\":\"a\",\"firm_id\":null,\"tenant\":\"t\"", "t/a"),
                new Case("a tenant that is no text is not passed over", "",
                        "\"sub\":\"a\",\"firm_id\":7,\"tenant\":\"t\"", "claims"),
                new Case("an empty tenant is not passed over", "", "\"sub\":\"a\",\"firm_id\":\"\",\"tenant\":\"t\"", "claims"),
                new Case("a tenant within a list", "", "\"sub\":\"a\",\"o\":[{\"id\":\"x\"}]", "membership"),
                new Case("no tenant at all", "", "\"sub\":\"a\"", "membership"),
                new Case("no user", "", "\"tenant\":\"t\"", "claims"),
                new Case("user is a number", "", "\"tenant\":\"t\",\"sub\":1", "claims"),
                new Case("a claim whose name has dots", paths, "\"u\":{\"name\":\"a\"},\"https://x.example/firm\":\"f\"", "f/a"),
                new Case("a path into objects", paths, "\"u\":{\"name\":\"a\"},\"a\":{\"b\":{\"c\":\"deep\"}}", "deep/a"),
                new Case("the name with dots before the path", paths,
                        "\"u\":{\"name\":\"a\"},\"a.b.c\":\"flat\",\"a\":{\"b\":{\"c\":\"deep\"}}", "flat/a"),
                new Case("a path through a text", paths, "\"u\":{\"name\":\"a\"},\"a\":\"b\",\"tenant\":\"t\"", "t/a"),
                new Case("audience as a text", aud, "\"sub\":\"a\",\"tenant\":\"t\",\"aud\":\"hawser\"", "t/a"),
                new Case("another audience", aud, "\"sub\":\"a\",\"tenant\":\"t\",\"aud\":\"hawser2\"", "audience"),
                new Case("other audiences", aud, "\"sub\":\"a\",\"tenant\":\"t\",\"aud\":[\"x\",\"Hawser\"]", "audience"),
                new Case("audience in an object", aud, "\"sub\":\"a\",\"tenant\":\"t\",\"aud\":{\"x\":{}}", "audience"),
                new Case("no audience", aud, "\"sub\":\"a\",\"tenant\":\"t\"", "audience"),
                new Case("any audience", "", "\"sub\":\"a\",\"tenant\":\"t\",\"aud\":\"other\"", "t/a"),
                new Case("nbf within the leeway", "", "\"sub\":\"a\",\"tenant\":\"t\",\"nbf\":2000000030", "t/a"),
                new Case("nbf beyond the leeway", "", "\"sub\":\"a\",\"tenant\":\"t\",\"nbf\":2000000031", "not_yet"),
                new Case("issued within the leeway", "", "\"sub\":\"a\",\"tenant\":\"t\",\"iat\":2000000030", "t/a"),
                new Case("issued in time to come", "", "\"sub\":\"a\",\"tenant\":\"t\",\"iat\":2000000031", "not_yet"),
                new Case("nbf with a larger leeway", ",\"leeway\":\"2m\"",
                        "\"sub\":\"a\",\"tenant\":\"t\",\"nbf\":2000000120", "t/a"))
                .map(each -> DynamicTest.dynamicTest(each.name, () -> {
                    Identity identity = identity("[" + issuer(clerk, each.settings) + "]");
                    String token = FakeIssuer.token(key, JWSAlgorithm.RS256,
                            "{\"iss\":\"" + clerk.url() + "\",\"exp\":" + EXP + "," + each.claims + "}");
                    if (each.outcome.contains("/")) {
                        Principal principal = accepted(verify(identity, token));
                        assertThat(principal.tenant() + "/" + principal.user()).isEqualTo(each.outcome);
                    } else {
                        double before = refused(each.outcome);
                        assertThat(verify(identity, token)).isEqualTo(
                                each.outcome.equals("membership") ? Refusals.NO_TENANT : Refusals.INVALID);
                        assertThat(refused(each.outcome) - before).isOne();
                    }
                    parts.close();
                }));
    }

    @Test
    void onlyTheConfiguredScopeMakesAnOperatorAndNoneAWorker() {
        RSAKey key = clerk.rsa("k");
        Identity identity = identity("[" + issuer(clerk, "") + "]");
        String claims = FakeIssuer.claims(clerk.url(), EXP).replace("}", ",\"SCOPE}");
        Map.of("\"scope\":\"openid operator worker\"", List.of(Scope.OPERATOR),
                "\"scope\":[\"openid\",\"operator\"]", List.of(Scope.OPERATOR),
                "\"scope\":[]", List.<Scope>of(),
                "\"scp\":\"openid operator\"", List.of(Scope.OPERATOR),
                "\"scp\":[\"operator\"]", List.of(Scope.OPERATOR),
                "\"scope\":\"worker\"", List.<Scope>of(),
                "\"scope\":\"Operator\"", List.<Scope>of()).forEach((scope, granted) ->
                assertThat(accepted(verify(identity, FakeIssuer.token(key, JWSAlgorithm.RS256,
                        claims.replace("\"SCOPE", scope)))).scopes()).containsExactlyElementsOf(granted));
        parts.close();
        Identity renamed = identity("[" + issuer(clerk, ",\"operatorScope\":\"hawser:ops\"") + "]");
        assertThat(accepted(verify(renamed, FakeIssuer.token(key, JWSAlgorithm.RS256,
                claims.replace("\"SCOPE", "\"scope\":\"operator\"")))).scopes()).isEmpty();
        assertThat(accepted(verify(renamed, FakeIssuer.token(key, JWSAlgorithm.RS256,
                claims.replace("\"SCOPE", "\"scope\":\"hawser:ops\"")))).scopes()).containsExactly(Scope.OPERATOR);
    }

    @TestFactory
    Stream<DynamicTest> twoIssuersAreNeverConfused() {
        RSAKey ofClerk = clerk.rsa("same");
        RSAKey ofKeycloak = keycloak.rsa("same");
        RSAKey other = keycloak.rsa("only-keycloak");
        Identity both = identity("[" + issuer(clerk, "") + "," + issuer(keycloak, ",\"audience\":\"hawser\"") + "]");
        String claimsOfClerk = FakeIssuer.claims(clerk.url(), EXP);
        String claimsOfKeycloak = FakeIssuer.claims(keycloak.url(), EXP).replace("}", ",\"aud\":\"hawser\"}");
        assertThat(verify(both, FakeIssuer.token(ofClerk, JWSAlgorithm.RS256, claimsOfClerk)))
                .isInstanceOf(Verdict.Accepted.class);
        assertThat(verify(both, FakeIssuer.token(ofKeycloak, JWSAlgorithm.RS256, claimsOfKeycloak)))
                .isInstanceOf(Verdict.Accepted.class);
        record Confused(String name, JWK key, String claims) {}
        return Stream.of(
                new Confused("Clerk's name, Keycloak's key of the same id", ofKeycloak, claimsOfClerk),
                new Confused("Keycloak's name, Clerk's key of the same id", ofClerk, claimsOfKeycloak),
                new Confused("Clerk's name, a key id that only Keycloak has", other, claimsOfClerk),
                new Confused("a slash behind the name", ofClerk, claimsOfClerk.replace(clerk.url(), clerk.url() + "/")),
                new Confused("the host in capitals", ofClerk, claimsOfClerk.replace("http:", "HTTP:")),
                new Confused("localhost for 127.0.0.1", ofClerk, claimsOfClerk.replace("127.0.0.1", "localhost")),
                new Confused("both names in a list", ofClerk, claimsOfClerk.replace("\"" + clerk.url() + "\"",
                        "[\"" + clerk.url() + "\",\"" + keycloak.url() + "\"]")),
                new Confused("the audience of the other issuer", ofKeycloak,
                        FakeIssuer.claims(keycloak.url(), EXP).replace("}", ",\"aud\":\"" + clerk.url() + "\"}")),
                new Confused("the development issuer, which is off", ofClerk,
                        claimsOfClerk.replace(clerk.url(), DevelopmentIdentity.ISSUER)))
                .map(each -> DynamicTest.dynamicTest(each.name, () ->
                        assertThat(verify(both, FakeIssuer.token(each.key, JWSAlgorithm.RS256, each.claims)))
                                .isEqualTo(Refusals.INVALID)));
    }

    @Test
    void aTokenWithoutKeyIdNeedsTheOnlyKeyThatFits() {
        RSAKey key = clerk.rsa("one");
        clerk.ec("ec", Curve.P_256);
        Identity identity = identity("[" + issuer(clerk, "") + "]");
        String token = FakeIssuer.token(key, new JWSHeader(JWSAlgorithm.RS256), FakeIssuer.claims(clerk.url(), EXP));
        assertThat(verify(identity, token)).isInstanceOf(Verdict.Accepted.class);
        parts.close();
        clerk.rsa("two");
        assertThat(verify(identity("[" + issuer(clerk, "") + "]"), token)).isEqualTo(Refusals.INVALID);
    }

    @Test
    void keysForEncryptionAndWeakOrSymmetricOnesAreNotUsed() throws Exception {
        RSAKey encryption = new RSAKeyGenerator(2048).keyID("enc").keyUse(KeyUse.ENCRYPTION).generate();
        RSAKey weak = new RSAKeyGenerator(1024, true).keyID("weak").keyUse(KeyUse.SIGNATURE).generate();
        RSAKey pinned = new RSAKey.Builder(clerk.rsa("pinned")).algorithm(JWSAlgorithm.RS512).build();
        RSAKey wraps = new RSAKeyGenerator(2048).keyID("wraps")
                .keyOperations(Set.of(KeyOperation.WRAP_KEY)).generate();
        clerk.keys.clear();
        clerk.keys.addAll(List.of(encryption, pinned, wraps));
        clerk.document = "{\"keys\":[" + encryption.toPublicJWK() + "," + weak.toPublicJWK() + ","
                + pinned.toPublicJWK() + "," + wraps.toPublicJWK() + "," + new OctetSequenceKeyGenerator(256).keyID("oct").generate()
                + ",{\"kty\":\"XYZ\"},7,{\"kty\":\"RSA\",\"n\":\"!\",\"e\":\"AQAB\"},null]}";
        Identity identity = identity("[" + issuer(clerk, ",\"algorithms\":[\"RS256\",\"RS512\"]") + "]");
        String claims = FakeIssuer.claims(clerk.url(), EXP);
        assertThat(verify(identity, FakeIssuer.token(pinned, JWSAlgorithm.RS512, claims))).isInstanceOf(Verdict.Accepted.class);
        for (JWK key : List.of(encryption, pinned, wraps)) {
            assertThat(verify(identity, FakeIssuer.token(key, JWSAlgorithm.RS256, claims)))
                    .as(key.getKeyID()).isEqualTo(Refusals.INVALID);
        }
        assertThat(refused("unknown_key")).isEqualTo(3);
    }

    @TestFactory
    Stream<DynamicTest> typesAndHeaders() {
        RSAKey key = clerk.rsa("k");
        Identity identity = identity("[" + issuer(clerk, "") + "]");
        String claims = FakeIssuer.claims(clerk.url(), EXP);
        return Map.of("JWT", true, "jwt", true, "at+jwt", true, "application/at+jwt", true, "logout+jwt", false,
                "dpop+jwt", false, "secevent+jwt", false, "", false).entrySet().stream().map(type ->
                DynamicTest.dynamicTest("typ '" + type.getKey() + "'", () -> {
                    JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("k")
                            .type(new JOSEObjectType(type.getKey())).build();
                    assertThat(verify(identity, FakeIssuer.token(key, header, claims)) instanceof Verdict.Accepted)
                            .isEqualTo(type.getValue());
                }));
    }

    @Test
    void anIssuerThatWasNeverReachedIsToBeTriedAgain() {
        RSAKey key = clerk.rsa("k");
        clerk.down = true;
        Identity identity = identity("[" + issuer(clerk, ",\"jwksUrl\":\"" + clerk.url() + "/jwks\"") + "]");
        String token = FakeIssuer.token(key, JWSAlgorithm.RS256, FakeIssuer.claims(clerk.url(), EXP));
        assertThat(verify(identity, token)).isEqualTo(Refusals.UNAVAILABLE);
        assertThat(clerk.asked(FakeIssuer.DISCOVERY)).isZero();
    }

    @TestFactory
    Stream<DynamicTest> poisonedDocuments() {
        RSAKey key = clerk.rsa("k");
        String good = "{\"keys\":[" + key.toPublicJWK() + "]}";
        return Map.of("not JSON", "<html>", "a list", "[]", "no keys", "{}", "keys are a text", "{\"keys\":\"\"}",
                "too large", "{\"x\":\"" + "x".repeat(300_000) + "\"," + good.substring(1),
                "too deep", "{\"x\":" + "[".repeat(1000) + "]".repeat(1000) + "," + good.substring(1))
                .entrySet().stream().map(each -> DynamicTest.dynamicTest(each.getKey(), () -> {
                    clerk.document = each.getValue();
                    Identity identity = identity("[" + issuer(clerk, "") + "]");
                    assertThat(verify(identity, FakeIssuer.token(
                            key, JWSAlgorithm.RS256, FakeIssuer.claims(clerk.url(), EXP)))).isEqualTo(Refusals.UNAVAILABLE);
                    parts.close();
                }));
    }

    @Test
    void aDiscoveryDocumentOfAnotherIssuerIsNotBelieved() {
        ECKey key = clerk.ec("k", Curve.P_256);
        String alias = clerk.url() + "/realm";
        Identity identity = identity("[{\"issuer\":\"" + alias + "\",\"algorithms\":[\"ES256\"]}]");
        assertThat(verify(identity, FakeIssuer.token(key, JWSAlgorithm.ES256, FakeIssuer.claims(alias, EXP))))
                .isEqualTo(Refusals.UNAVAILABLE);
        assertThat(clerk.asked(FakeIssuer.JWKS)).isZero();
    }
}
