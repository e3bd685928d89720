package dev.hawser.gateway.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Tokens that must not be let in, by what is wrong with them; made with the true key wherever that makes them worse.
 */
final class BadTokens {
    private static final String EXP = "\"exp\":2000000600";

    private final ECKey key;
    private final Map<String, String> table = new LinkedHashMap<>();

    private BadTokens(ECKey key) {
        this.key = key;
    }

    static Map<String, String> signedWith(ECKey key, String good) throws JOSEException {
        BadTokens bad = new BadTokens(key);
        bad.shapes(good);
        bad.parts(good);
        bad.headers();
        bad.foreignKeys();
        bad.claims();
        return bad.table;
    }

    private void shapes(String good) {
        table.put("empty", "");
        table.put("blank", "   ");
        table.put("a word", "secret");
        table.put("only dots", "..");
        table.put("one dot", "a.b");
        table.put("four parts", good + ".AAAA");
        table.put("encrypted form of five parts", good + ".AAAA.AAAA");
        table.put("leading space", " " + good);
        table.put("trailing space", good + " ");
        table.put("trailing newline", good + "\n");
        table.put("newline inside", good.replaceFirst("\\.", ".\n"));
        table.put("tab inside", good.replaceFirst("\\.", "\t."));
        table.put("null character", good + "\0");
        table.put("two tokens, comma", good + "," + good);
        table.put("two tokens, space", good + " " + good);
        table.put("two tokens, joined", good + good);
        table.put("scheme repeated", "Bearer " + good);
        table.put("quoted", "\"" + good + "\"");
        table.put("padding", good + "==");
        table.put("standard base64 alphabet", good.substring(0, good.lastIndexOf('.')) + ".a+/b");
        table.put("unicode", good.replaceFirst("e", "\u0435"));
        table.put("fullwidth digits", good + "\uff11");
        table.put("lone surrogate", good + "\ud800");
        table.put("percent encoded", good.replace(".", "%2E"));
        table.put("giant signature", good + "A".repeat(Jwt.MAX_LENGTH));
        table.put("giant nothing", "A".repeat(10_000_000));
        table.put("thousands of dots", ".".repeat(8000));
        table.put("JSON serialisation", "{\"payload\":\"e30\",\"protected\":\"e30\",\"signature\":\"AA\"}");
    }

    private void parts(String good) {
        String[] part = good.split("\\.");
        table.put("no header", "." + part[1] + "." + part[2]);
        table.put("no claims", part[0] + ".." + part[2]);
        table.put("no signature", part[0] + "." + part[1] + ".");
        table.put("signature missing with its dot", part[0] + "." + part[1]);
        table.put("header cut", part[0].substring(3) + "." + part[1] + "." + part[2]);
        table.put("claims cut", part[0] + "." + part[1].substring(0, part[1].length() - 4) + "." + part[2]);
        table.put("signature cut", good.substring(0, good.length() - 4));
        table.put("signature of zeros", part[0] + "." + part[1] + "." + Base64URL.encode(new byte[64]));
        table.put("signature of ones", part[0] + "." + part[1] + "." + "_".repeat(85) + "w");
        table.put("signature in DER",
                part[0] + "." + part[1] + "." + Base64URL.encode(new byte[] {0x30, 6, 2, 1, 1, 2, 1, 1}));
        table.put("signature of another token",
                part[0] + "." + encode("{\"iss\":\"hawser-development\"}") + "." + part[2]);
        table.put("parts swapped", part[1] + "." + part[0] + "." + part[2]);
        table.put("tenant changed after signing",
                part[0] + "." + encode(new Base64URL(part[1]).decodeToString().replace("acme", "evil")) + "."
                        + part[2]);
        table.put("header not UTF-8",
                Base64URL.encode(new byte[] {(byte) 0xff, (byte) 0xfe}) + "." + part[1] + "." + part[2]);
    }

    private void headers() throws JOSEException {
        String claims = claims("");
        String kid = "\"kid\":\"" + key.getKeyID() + "\"";
        for (String alg : new String[] {"none", "None", "nOnE", "NONE", "ES384", "es256", "", "ES256K"}) {
            table.put("alg '" + alg + "'", signed("{\"alg\":\"" + alg + "\"," + kid + "}", claims));
        }
        table.put("alg none, unsigned", encode("{\"alg\":\"none\"," + kid + "}") + "." + encode(claims) + ".");
        table.put("no alg", signed("{" + kid + "}", claims));
        table.put("alg is a number", signed("{\"alg\":256," + kid + "}", claims));
        table.put("alg is a list", signed("{\"alg\":[\"ES256\"]," + kid + "}", claims));
        table.put("alg twice", signed("{\"alg\":\"none\",\"alg\":\"ES256\"," + kid + "}", claims));
        table.put("no kid", signed("{\"alg\":\"ES256\"}", claims));
        table.put("wrong kid", signed("{\"alg\":\"ES256\",\"kid\":\"other\"}", claims));
        table.put("kid is a path", signed("{\"alg\":\"ES256\",\"kid\":\"../../dev/null\"}", claims));
        table.put("kid is an object", signed("{\"alg\":\"ES256\",\"kid\":{}}", claims));
        table.put("unknown critical header",
                signed("{\"alg\":\"ES256\"," + kid + ",\"crit\":[\"x\"],\"x\":1}", claims));
        table.put("header is a list", signed("[1]", claims));
        table.put("header is a string", signed("\"ES256\"", claims));
        table.put("header nested deeply",
                signed("{\"alg\":\"ES256\"," + kid + ",\"x\":" + "[".repeat(900) + "]".repeat(900) + "}", claims));
        table.put("header with rubbish behind it", signed("{\"alg\":\"ES256\"," + kid + "} x", claims));
    }

    private void foreignKeys() throws JOSEException {
        String claims = claims("");
        ECKey other = new ECKeyGenerator(Curve.P_256).keyID(key.getKeyID()).generate();
        table.put("another key under our kid", sign(JWSAlgorithm.ES256, new ECDSASigner(other), null, claims));
        table.put("another key that it brings along",
                sign(JWSAlgorithm.ES256, new ECDSASigner(other), other.toPublicJWK(), claims));
        ECKey wide = new ECKeyGenerator(Curve.P_384).generate();
        table.put("P-384", sign(JWSAlgorithm.ES384, new ECDSASigner(wide), null, claims));
        RSAKey rsa = new RSAKeyGenerator(2048).generate();
        table.put("RS256", sign(JWSAlgorithm.RS256, new RSASSASigner(rsa), null, claims));
        byte[] publicPem = key.toPublicJWK().toECPublicKey().getEncoded();
        table.put("HS256 with the public key", sign(JWSAlgorithm.HS256, new MACSigner(publicPem), null, claims));
        byte[] publicJwk = key.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8);
        table.put("HS256 with the public JWK", sign(JWSAlgorithm.HS256, new MACSigner(publicJwk), null, claims));
    }

    private void claims() throws JOSEException {
        claim("claims are a list", "[1]");
        claim("claims are null", "null");
        claim("claims empty", "{}");
        claim("claims broken", "{\"iss\":");
        claim("claims nested deeply", claims(",\"x\":" + "{\"a\":".repeat(900) + "1" + "}".repeat(900)));
        claim("claims with rubbish behind them", claims("") + "{}");
        claim("issuer twice", "{\"iss\":\"evil\"," + claims("").substring(1));
        claim("tenant twice", claims(",\"tenant\":\"other\""));
        claim("exp twice", claims(",\"exp\":9000000000"));
        for (String exp : new String[] {"\"2000000600\"", "null", "true", "[2000000600]", "{}", "-1", "1e300",
                "99999999999999999999"}) {
            claim("exp is " + exp, claims("").replace(EXP, "\"exp\":" + exp));
        }
        claim("exp missing", claims("").replace(EXP + ",", ""));
        claim("exp not a number", claims("").replace(EXP, "\"exp\":NaN"));
        claim("nbf in the future", claims(",\"nbf\":2000000100"));
        claim("nbf is a text", claims(",\"nbf\":\"0\""));
        claim("iat is a text", claims(",\"iat\":\"0\""));
        for (String name : new String[] {"iss", "tenant", "sub"}) {
            for (String value : new String[] {"null", "1", "\"\"", "[\"acme\"]", "\"a\\u0000b\"",
                    "\"" + "x".repeat(257) + "\""}) {
                claim(name + " is " + value, claims("").replaceFirst("\"" + name + "\":\"[^\"]*\"",
                        "\"" + name + "\":" + value.replace("\\", "\\\\")));
            }
            claim(name + " missing", claims("").replaceFirst("\"" + name + "\":\"[^\"]*\",?", ""));
        }
        claim("issuer in other case", claims("").replace("hawser-development", "Hawser-Development"));
        claim("issuer with a space", claims("").replace("hawser-development", "hawser-development "));
        claim("issuer is a prefix", claims("").replace("hawser-development", "hawser-developmen"));
        claim("scope is a list of more than texts", claims(",\"scope\":[\"operator\",7]"));
        claim("just too long", claims(",\"x\":\"" + "x".repeat(Jwt.MAX_LENGTH * 3 / 4) + "\""));
    }

    private void claim(String what, String json) throws JOSEException {
        table.put(what, signed("{\"alg\":\"ES256\",\"kid\":\"" + key.getKeyID() + "\"}", json));
    }

    static String claims(String more) {
        return "{\"iss\":\"hawser-development\",\"tenant\":\"acme\",\"sub\":\"ann\"," + EXP + ",\"jti\":\"1\"" + more
                + "}";
    }

    /** Any header over any claims, with a true ES256 signature. */
    String signed(String header, String claims) throws JOSEException {
        String input = encode(header) + "." + encode(claims);
        return input + "." + new ECDSASigner(key).sign(
                new JWSHeader(JWSAlgorithm.ES256), input.getBytes(StandardCharsets.US_ASCII));
    }

    static String signedWith(ECKey key, String header, String claims) throws JOSEException {
        return new BadTokens(key).signed(header, claims);
    }

    private String sign(JWSAlgorithm algorithm, JWSSigner signer, ECKey embedded, String claims) throws JOSEException {
        JWSHeader header = new JWSHeader.Builder(algorithm).keyID(key.getKeyID()).jwk(embedded).build();
        JWSObject token = new JWSObject(header, new Payload(claims));
        token.sign(signer);
        return token.serialize();
    }

    private static String encode(String text) {
        return Base64URL.encode(text).toString();
    }
}
