package dev.hawser.gateway.sigv4;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The one form of a request that both sides sign. Pure. */
final class Canonical {
    private static final String MAC = "HmacSHA256";
    private static final String UNRESERVED = "-._~";

    private Canonical() {}

    /** @param digest of the body, in lower-case hexadecimal */
    static String request(SignedRequest request, List<String> signedHeaders, String digest) {
        String headers = signedHeaders.stream()
                .map(name -> name + ":" + request.headers().apply(name).stream()
                        .map(value -> value.strip().replaceAll(" +", " "))
                        .collect(Collectors.joining(",")) + "\n")
                .collect(Collectors.joining());
        return request.method() + "\n" + path(request.path()) + "\n" + query(request.query()) + "\n" + headers + "\n"
                + String.join(";", signedHeaders) + "\n" + digest;
    }

    /** The path as sent, encoded once more, its slashes apart. */
    private static String path(String path) {
        return Stream.of(path.split("/", -1)).map(Canonical::encoded).collect(Collectors.joining("/"));
    }

    private static String query(Map<String, List<String>> query) {
        record Pair(String name, String value) {}
        return query.entrySet().stream()
                .flatMap(entry -> entry.getValue().stream().map(value -> new Pair(encoded(entry.getKey()), encoded(value))))
                .sorted(Comparator.comparing(Pair::name).thenComparing(Pair::value))
                .map(pair -> pair.name() + "=" + pair.value())
                .collect(Collectors.joining("&"));
    }

    /** By RFC 3986, all but the unreserved characters, in capitals. */
    private static String encoded(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (byte one : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (one & 0xff);
            if (c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || UNRESERVED.indexOf(c) >= 0) {
                out.append(c);
            } else {
                out.append('%').append(HexFormat.of().withUpperCase().toHexDigits(one));
            }
        }
        return out.toString();
    }

    /** SHA-256 in lower-case hexadecimal. */
    static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The signature of a text with the key that is derived from the secret for that day, region and service. */
    static String signature(String secret, Authorization authorization, String text) {
        byte[] key = ("AWS4" + secret).getBytes(StandardCharsets.UTF_8);
        for (String part : List.of(authorization.date(), authorization.region(), authorization.service(),
                Authorization.TERMINATOR)) {
            key = mac(key, part);
        }
        return HexFormat.of().formatHex(mac(key, text));
    }

    private static byte[] mac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(key, MAC));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
