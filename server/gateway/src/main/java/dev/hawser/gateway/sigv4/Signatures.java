package dev.hawser.gateway.sigv4;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Says whose key a request was signed with, by AWS Signature Version 4 in its header form. What is signed is the method, path,
 * query, host, time and body; a header that says what the body's digest is must be right and signed, too. A request may be
 * repeated for as long as its time is near enough. Safe for all threads.
 *
 * <p>Source: AWS, "Create a signed AWS API request"; as for every service but S3, the path is encoded once more.
 */
public final class Signatures {
    /** How far the time of a request may be from ours. */
    public static final Duration SKEW = Duration.ofMinutes(5);
    /** The one service whose requests are taken: that of APIs which API Gateway serves. */
    public static final String SERVICE = "execute-api";

    private static final String TIME = "x-amz-date";
    private static final String DIGEST = "x-amz-content-sha256";
    private static final String SESSION = "x-amz-security-token";
    private static final DateTimeFormatter FORM =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    /** Signs for keys that there are not, so that it takes as long to find out. */
    private static final String NOBODY = "a secret that nobody has";

    private final Map<String, String> secrets = new HashMap<>();

    /** @param secrets the secret half of each key, by its public half */
    public Signatures(Map<String, String> secrets) {
        this.secrets.putAll(secrets);
    }

    /** The outcome. */
    public sealed interface Verdict {
        /** @param keyId the public half of the key */
        record Signed(String keyId) implements Verdict {}

        /** @param why one of a fixed set of sentences */
        record Refused(String why) implements Verdict {}
    }

    /** Never throws for what comes from outside. */
    public Verdict verify(SignedRequest request, Instant now) {
        List<String> shown = request.headers().apply("Authorization");
        Optional<Authorization> parsed = shown.size() == 1 ? Authorization.parse(shown.getFirst()) : Optional.empty();
        if (parsed.isEmpty()) {
            return new Verdict.Refused("The request is not signed with AWS Signature Version 4");
        }
        Authorization authorization = parsed.get();
        if (!authorization.service().equals(SERVICE)) {
            return new Verdict.Refused("The request is signed for another service than " + SERVICE);
        }
        List<String> times = request.headers().apply(TIME);
        Optional<Instant> time = times.size() == 1 ? time(times.getFirst()) : Optional.empty();
        if (time.isEmpty() || !times.getFirst().startsWith(authorization.date())) {
            return new Verdict.Refused("The request needs one valid X-Amz-Date of the day that it is signed for");
        }
        if (Duration.between(time.get(), now).abs().compareTo(SKEW) > 0) {
            return new Verdict.Refused("The time of the request is more than five minutes from now");
        }
        if (!coversEnough(request, authorization.signedHeaders())) {
            return new Verdict.Refused("Host and the X-Amz headers have to be signed, and every signed header sent");
        }
        return matches(request, authorization, times.getFirst());
    }

    private static boolean coversEnough(SignedRequest request, List<String> signed) {
        boolean rest = List.of(DIGEST, SESSION).stream()
                .allMatch(name -> signed.contains(name) || request.headers().apply(name).isEmpty());
        return rest && signed.contains("host") && signed.contains(TIME)
                && signed.stream().noneMatch(name -> request.headers().apply(name).isEmpty());
    }

    private Verdict matches(SignedRequest request, Authorization authorization, String time) {
        String digest = Canonical.digest(request.body());
        List<String> claimed = request.headers().apply(DIGEST);
        boolean whole = claimed.isEmpty() || claimed.equals(List.of(digest));
        String signed = Authorization.ALGORITHM + "\n" + time + "\n" + authorization.scope() + "\n"
                + Canonical.digest(Canonical.request(request, authorization.signedHeaders(), digest)
                        .getBytes(StandardCharsets.UTF_8));
        String secret = secrets.getOrDefault(authorization.keyId(), NOBODY);
        boolean right = MessageDigest.isEqual(
                Canonical.signature(secret, authorization, signed).getBytes(StandardCharsets.US_ASCII),
                authorization.signature().getBytes(StandardCharsets.US_ASCII));
        return right & whole & secrets.containsKey(authorization.keyId())
                ? new Verdict.Signed(authorization.keyId())
                : new Verdict.Refused("The signature is not that of a key known here over this request");
    }

    private static Optional<Instant> time(String text) {
        try {
            return Optional.of(FORM.parse(text, Instant::from));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
