package dev.hawser.gateway.identity;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks an identity provider whom an opaque id stands for (RFC 7662). Safe for all threads.
 *
 * @param issuer   whose users the ids stand for
 * @param audience what an answer that names an audience has to name; empty for anything
 * @param asking   bounds how many questions are under way
 */
record Introspection(String issuer, URI url, String clientId, String clientSecret, Optional<String> audience,
        ClaimRules rules, WebDocuments web, Semaphore asking) {
    private static final Logger LOG = LoggerFactory.getLogger(Introspection.class);
    private static final int MAX_QUESTIONS = 64;
    /** How long an answer without an {@code exp} is good for: a wire is not to outlive the session behind it for ever. */
    private static final Duration DEFAULT_LIFE = Duration.ofHours(1);

    Introspection(String issuer, URI url, String clientId, String clientSecret, Optional<String> audience,
            ClaimRules rules, WebDocuments web) {
        this(issuer, url, clientId, clientSecret, audience, rules, web, new Semaphore(MAX_QUESTIONS));
    }

    /** Asks. Blocks for some seconds at most. */
    Finding ask(String id, Instant now) {
        if (!asking.tryAcquire()) {
            return new Finding.Unfit(Reason.UNAVAILABLE);
        }
        try {
            return read(answer(id), now);
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("issuer", issuer).addKeyValue("reason", e.getMessage())
                    .log("an opaque id could not be looked up");
            return new Finding.Unfit(Reason.UNAVAILABLE);
        } finally {
            asking.release();
        }
    }

    /**
     * The provider's answer as it is. Blocks.
     *
     * @throws IOException where there is none; the message may be shown to the operator
     */
    ObjectNode answer(String id) throws IOException {
        return web.post(url, basic(), "token=" + encode(id));
    }

    private Finding read(ObjectNode answer, Instant now) {
        boolean active = answer.path("active").isBoolean() && answer.get("active").booleanValue();
        if (!active || answer.has("iss") && !issuer.equals(answer.get("iss").textValue())) {
            return new Finding.Unfit(Reason.INACTIVE);
        }
        if (audience.isPresent() && answer.has("aud") && !OidcIssuer.names(answer.get("aud"), audience.get())) {
            return new Finding.Unfit(Reason.AUDIENCE);
        }
        if (!answer.has("exp")) {
            answer.put("exp", now.plus(DEFAULT_LIFE).getEpochSecond());
        }
        return rules.apply(issuer, answer, now);
    }

    /** RFC 6749 §2.3.1: both are form-encoded before they are put together. */
    private String basic() {
        String both = encode(clientId) + ":" + encode(clientSecret);
        return "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.US_ASCII));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "Introspection[" + url + "]";
    }
}
