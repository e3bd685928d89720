package dev.hawser.gateway.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Tokens that name a trusted issuer and must not be let in, by what is wrong with them. Many name the address of a sink, where
 * nobody may ever ask.
 */
public final class HostileTokens {
    private final RSAKey key;
    private final RSAKey stranger;
    private final String issuer;
    private final String sink;
    private final long exp;
    private final Map<String, String> table = new LinkedHashMap<>();

    private HostileTokens(RSAKey key, String issuer, String sink, long exp) throws JOSEException {
        this.key = key;
        this.stranger = new RSAKeyGenerator(2048).keyID(key.getKeyID()).generate();
        this.issuer = issuer;
        this.sink = sink;
        this.exp = exp;
    }

    /**
     * @param key  the issuer's true key
     * @param sink an address that answers with the stranger's keys to whoever asks
     * @param exp  a time to come, in seconds
     */
    public static Map<String, String> of(RSAKey key, String issuer, String sink, long exp) throws JOSEException {
        HostileTokens hostile = new HostileTokens(key, issuer, sink, exp);
        hostile.keysOfTheirOwn();
        hostile.algorithms();
        hostile.headers();
        hostile.claims();
        hostile.issuers();
        hostile.damaged();
        return hostile.table;
    }

    private String good() {
        return FakeIssuer.claims(issuer, exp);
    }

    /** Signed by a stranger, who says in every known way where his key is. */
    private void keysOfTheirOwn() throws JOSEException {
        String jwk = stranger.toPublicJWK().toString();
        List<String> addresses = List.of(sink + "/jwks", sink, "file:///etc/passwd", issuer + "@" + sink.substring(7),
                issuer + "/../" + sink, "//" + sink.substring(7), "http://169.254.169.254/latest", "javascript:1");
        for (String name : List.of("jku", "x5u", "kid", "iss", "url", "jwks_uri")) {
            for (String address : addresses) {
                table.put(name + " is " + address, signed(stranger, "{\"alg\":\"RS256\",\"kid\":\"" + key.getKeyID()
                        + "\",\"" + name + "\":\"" + address + "\"}", good()));
            }
        }
        for (String kid : List.of(key.getKeyID(), "other", sink + "/jwks")) {
            table.put("jwk with kid " + kid, signed(stranger,
                    "{\"alg\":\"RS256\",\"kid\":\"" + kid + "\",\"jwk\":" + jwk + "}", good()));
            table.put("x5c with kid " + kid, signed(stranger, "{\"alg\":\"RS256\",\"kid\":\"" + kid
                    + "\",\"x5c\":[\"" + Base64URL.encode(stranger.toRSAPublicKey().getEncoded()) + "\"]}", good()));
        }
        table.put("jwk without kid", signed(stranger, "{\"alg\":\"RS256\",\"jwk\":" + jwk + "}", good()));
        table.put("no kid", signed(stranger, "{\"alg\":\"RS256\"}", good()));
    }

    private void algorithms() throws JOSEException {
        String kid = "\"kid\":\"" + key.getKeyID() + "\"";
        for (String alg : List.of("none", "None", "NONE", "nOnE", "", " ", "RS256 ", "rs256", "RS384", "RS512", "PS256",
                "ES256", "ES256K", "EdDSA", "HS256", "HS384", "HS512", "RSA-OAEP", "dir", "A128KW", "RS256\\u0000",
                "null", "RS1", "SHA256withRSA")) {
            table.put("alg '" + alg + "', truly signed", signed(key, "{\"alg\":\"" + alg + "\"," + kid + "}", good()));
            table.put("alg '" + alg + "', unsigned",
                    part("{\"alg\":\"" + alg + "\"," + kid + "}") + "." + part(good()) + ".");
        }
        for (String alg : List.of("1", "null", "true", "[\"RS256\"]", "{\"a\":1}")) {
            table.put("alg is " + alg, signed(key, "{\"alg\":" + alg + "," + kid + "}", good()));
        }
        for (JWSAlgorithm mac : List.of(JWSAlgorithm.HS256, JWSAlgorithm.HS384, JWSAlgorithm.HS512)) {
            byte[] der = key.toRSAPublicKey().getEncoded();
            byte[] jwk = key.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8);
            byte[] modulus = key.getModulus().decode();
            for (Map.Entry<String, byte[]> secret : Map.of("DER", der, "JWK", jwk, "modulus", modulus).entrySet()) {
                String input = part("{\"alg\":\"" + mac + "\"," + kid + "}") + "." + part(good());
                table.put(mac + " with the public key as " + secret.getKey(), input + "." + new MACSigner(secret.getValue())
                        .sign(new JWSHeader(mac), input.getBytes(StandardCharsets.US_ASCII)));
            }
        }
    }

    private void headers() throws JOSEException {
        for (String kid : List.of("../../../../dev/null", "' OR '1'='1", "k\\u0000", "k\\n", "${jndi:ldap://x}", "K",
                " k", "k ", "*", "%2e%2e", "x".repeat(5000))) {
            table.put("kid is " + kid.substring(0, Math.min(20, kid.length())),
                    signed(key, "{\"alg\":\"RS256\",\"kid\":\"" + kid + "\"}", good()));
        }
        for (String kid : List.of("1", "null", "[\"" + key.getKeyID() + "\"]", "{}", "true")) {
            table.put("kid is the value " + kid, signed(key, "{\"alg\":\"RS256\",\"kid\":" + kid + "}", good()));
        }
        for (String more : List.of("\"crit\":[\"exp\"]", "\"crit\":[]", "\"crit\":[\"b64\"],\"b64\":false", "\"typ\":\"JOSE\"",
                "\"typ\":\"logout+jwt\"", "\"typ\":7", "\"alg\":\"none\"", "\"kid\":\"twice\"",
                "\"x\":" + "[".repeat(500) + "]".repeat(500), "\"x\":NaN")) {
            table.put("header with " + more.substring(0, Math.min(30, more.length())),
                    signed(key, "{\"alg\":\"RS256\",\"kid\":\"" + key.getKeyID() + "\"," + more + "}", good()));
        }
    }

    private void claims() throws JOSEException {
        for (String name : List.of("exp", "nbf", "iat")) {
            for (String value : List.of("\"1\"", "null", "true", "[1]", "{}", "-1", "1e300", "99999999999999999999")) {
                boolean there = name.equals("exp");
                String json = there ? good().replace("\"exp\":" + exp, "\"exp\":" + value)
                        : good().replace("}", ",\"" + name + "\":" + value + "}");
                table.put(name + " is " + value, truly(json));
            }
        }
        for (String name : List.of("sub", "tenant")) {
            for (String value : List.of("1", "true", "[\"ann\"]", "{}", "\"\"", "\"a\\u0000b\"", "\"" + "x".repeat(300) + "\"",
                    "\"\\ud800\"")) {
                table.put(name + " is " + value.substring(0, Math.min(20, value.length())),
                        truly(good().replaceFirst("\"" + name + "\":\"[^\"]*\"",
                                "\"" + name + "\":" + value.replace("\\", "\\\\"))));
            }
        }
        table.put("sub twice", truly(good().replace("}", ",\"sub\":\"root\"}")));
        table.put("iss twice", truly(good().replace("}", ",\"iss\":\"" + sink + "\"}")));
        table.put("exp twice", truly(good().replace("}", ",\"exp\":9}")));
        table.put("nbf in a year", truly(good().replace("}", ",\"nbf\":" + (exp + 31_536_000) + "}")));
        table.put("claims in a list", truly("[" + good() + "]"));
        table.put("claims deep", truly(good().replace("}", ",\"x\":" + "{\"a\":".repeat(400) + "1" + "}".repeat(400) + "}")));
        table.put("claims and more", truly(good() + good()));
        table.put("claims broken off", truly(good().substring(0, good().length() - 5)));
        table.put("claims in UTF-16", signed(key, header(), good().getBytes(StandardCharsets.UTF_16)));
        table.put("claims with a byte order mark", truly("\ufeff" + good()));
    }

    private void issuers() throws JOSEException {
        for (String other : List.of(issuer + "/", issuer + " ", issuer.toUpperCase(Locale.ROOT), sink, sink + "/",
                issuer + "#" + sink, issuer + "@" + sink, issuer + "/.well-known/openid-configuration", "",
                issuer.replace("127.0.0.1", "127.1"), issuer.replace("127.0.0.1", "localhost"), "hawser-development",
                issuer.replace("http", "https"), issuer.substring(0, issuer.length() - 1), issuer + "0")) {
            table.put("iss is " + other, truly(good().replace("\"" + issuer + "\"", "\"" + other + "\"")));
        }
    }

    /** A good token, changed on its way. */
    private void damaged() throws JOSEException {
        String good = truly(good());
        int first = good.indexOf('.');
        int second = good.lastIndexOf('.');
        for (int i = 0; i < 60; i++) {
            int at = 1 + i * (good.length() - 2) / 60;
            if (good.charAt(at) != '.') {
                char other = good.charAt(at) == 'A' ? 'B' : 'A';
                table.put("character " + at + " changed", good.substring(0, at) + other + good.substring(at + 1));
            }
            table.put("cut at " + at, good.substring(0, at));
        }
        table.put("last character in another spelling", spelledOtherwise(good));
        table.put("no signature", good.substring(0, second + 1));
        table.put("no second dot", good.substring(0, second));
        table.put("header of another", part("{\"alg\":\"none\"}") + good.substring(first));
        table.put("four parts", good + ".AAAA");
        table.put("five parts", good + ".AAAA.AAAA");
        table.put("twice", good + good);
        table.put("padded", good + "==");
        table.put("too long", good + "A".repeat(Jwt.MAX_LENGTH));
    }

    /** The same bytes, with other bits where base64 has some to spare. */
    private static String spelledOtherwise(String token) {
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        char last = token.charAt(token.length() - 1);
        return token.substring(0, token.length() - 1) + alphabet.charAt(alphabet.indexOf(last) ^ 1);
    }

    private String header() {
        return "{\"alg\":\"RS256\",\"kid\":\"" + key.getKeyID() + "\"}";
    }

    private String truly(String claims) throws JOSEException {
        return signed(key, header(), claims);
    }

    private static String signed(RSAKey key, String header, String claims) throws JOSEException {
        return signed(key, header, claims.getBytes(StandardCharsets.UTF_8));
    }

    private static String signed(RSAKey key, String header, byte[] claims) throws JOSEException {
        String input = part(header) + "." + Base64URL.encode(claims);
        return input + "." + new RSASSASigner(key).sign(
                new JWSHeader(JWSAlgorithm.RS256), input.getBytes(StandardCharsets.US_ASCII));
    }

    private static String part(String text) {
        return Base64URL.encode(text).toString();
    }
}
