package dev.hawser.gateway.sigv4;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Signs requests as an AWS SDK does, or nearly so. */
public final class Signer {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private final String id;
    private final String secret;

    public Signer(String id, String secret) {
        this.id = id;
        this.secret = secret;
    }

    /** The headers of a signed request, {@code Authorization} among them. @param more are signed, too */
    public Map<String, String> sign(String method, String path, byte[] body, Instant now, Map<String, String> more) {
        return sign(method, path, Map.of(), body, now, "eu-central-1", Signatures.SERVICE, more);
    }

    Map<String, String> sign(String method, String path, Map<String, List<String>> query, byte[] body, Instant now,
            String region, String service, Map<String, String> more) {
        Map<String, String> headers = new TreeMap<>(more);
        headers.put("host", "h");
        headers.put("x-amz-date", TIME.format(now));
        List<String> names = new ArrayList<>(headers.keySet());
        SignedRequest request = new SignedRequest(method, path, query,
                name -> headers.containsKey(name) ? List.of(headers.get(name)) : List.of(), body);
        Authorization authorization =
                new Authorization(id, TIME.format(now).substring(0, 8), region, service, names, "");
        String canonical = Canonical.request(request, names, Canonical.digest(body));
        String signature = Canonical.signature(secret, authorization, "AWS4-HMAC-SHA256\n" + TIME.format(now) + "\n"
                + authorization.scope() + "\n" + Canonical.digest(canonical.getBytes(StandardCharsets.UTF_8)));
        headers.put("Authorization", "AWS4-HMAC-SHA256 Credential=" + id + "/" + authorization.scope() + ", SignedHeaders="
                + String.join(";", names) + ", Signature=" + signature);
        return headers;
    }
}
