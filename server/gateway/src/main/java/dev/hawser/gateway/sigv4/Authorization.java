package dev.hawser.gateway.sigv4;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * An {@code Authorization} header of Signature Version 4, taken apart:
 * {@code AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, SignedHeaders=a;b, Signature=HEX}, with a comma
 * or a comma and blanks between the three.
 *
 * @param keyId         the public half of the key
 * @param date          {@code yyyyMMdd}
 * @param signedHeaders in lower case, in ascending order
 * @param signature     in lower-case hexadecimal
 */
record Authorization(String keyId, String date, String region, String service, List<String> signedHeaders, String signature) {
    static final String ALGORITHM = "AWS4-HMAC-SHA256";
    static final String TERMINATOR = "aws4_request";

    private static final Pattern CREDENTIAL = Pattern.compile(
            "([\\x21-\\x7e&&[^/,=]]{1,128})/([0-9]{8})/([a-z0-9-]{1,64})/([a-z0-9-]{1,64})/" + TERMINATOR);
    private static final Pattern HEADERS = Pattern.compile("[a-z0-9!#$%&'*+.^_`|~-]+(;[a-z0-9!#$%&'*+.^_`|~-]+)*");
    private static final Pattern SIGNATURE = Pattern.compile("[0-9a-f]{64}");
    private static final Set<String> PARTS = Set.of("Credential", "SignedHeaders", "Signature");

    /** Empty where it is none. */
    static Optional<Authorization> parse(String header) {
        if (!header.startsWith(ALGORITHM + " ")) {
            return Optional.empty();
        }
        Map<String, String> parts = new HashMap<>();
        for (String part : header.substring(ALGORITHM.length() + 1).split(",", -1)) {
            int equals = part.indexOf('=');
            if (equals < 0 || parts.put(part.substring(0, equals).strip(), part.substring(equals + 1).strip()) != null) {
                return Optional.empty();
            }
        }
        return parts.keySet().equals(PARTS) ? of(parts) : Optional.empty();
    }

    private static Optional<Authorization> of(Map<String, String> parts) {
        var credential = CREDENTIAL.matcher(parts.get("Credential"));
        String headers = parts.get("SignedHeaders");
        String signature = parts.get("Signature");
        if (!credential.matches() || !HEADERS.matcher(headers).matches() || !SIGNATURE.matcher(signature).matches()) {
            return Optional.empty();
        }
        List<String> names = Arrays.asList(headers.split(";"));
        if (!names.stream().sorted().distinct().toList().equals(names)) {
            return Optional.empty();
        }
        return Optional.of(new Authorization(
                credential.group(1), credential.group(2), credential.group(3), credential.group(4), names, signature));
    }

    /** What the key is derived for, and the second last line of what is signed. */
    String scope() {
        return date + "/" + region + "/" + service + "/" + TERMINATOR;
    }
}
