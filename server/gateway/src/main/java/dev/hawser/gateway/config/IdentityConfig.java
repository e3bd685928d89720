package dev.hawser.gateway.config;

import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Who is believed, and how tenant and user are found in a credential.
 *
 * @param development whether tokens signed with the data folder's own key are accepted and can be issued
 * @param anonymous   whether a connection without a credential is user {@code anonymous} of tenant {@code dev}
 * @param issuers     the token issuers that are trusted, each chosen by its exact {@code iss}
 * @param cookie      the name of the cookie that may carry the credential
 * @param membership  what says that a user belongs to a tenant
 */
public record IdentityConfig(
        boolean development, boolean anonymous, List<Issuer> issuers, String cookie, Membership membership) {

    /** The {@code iss} of development tokens, which no other issuer can have. */
    public static final String DEVELOPMENT_ISSUER = "hawser-development";
    /** What starts like the address of a web site. */
    private static final Pattern WEB = Pattern.compile("https?://[^/?#]");

    /** What says that a user belongs to a tenant: the token's claims, or rows in the store. */
    public enum Membership { CLAIM, STORE }

    /**
     * One trusted issuer of JWTs or opaque ids.
     *
     * @param issuer        the exact {@code iss}
     * @param jwksUrl       where its keys are; found by its discovery document when empty
     * @param audience      the {@code aud} asked for; any when empty
     * @param algorithms    the JWS algorithms accepted
     * @param leeway        clock difference allowed at {@code exp} and {@code nbf}
     * @param tenantClaim   claims that may name the tenant, first found wins; dots go into objects
     * @param userClaim     the claim that names the user
     * @param operatorScope the scope of its tokens that makes an operator
     * @param introspection how opaque ids of this issuer are looked up, if they are (RFC 7662)
     */
    public record Issuer(
            String issuer, Optional<URI> jwksUrl, Optional<String> audience, List<String> algorithms, Duration leeway,
            List<String> tenantClaim, String userClaim, String operatorScope,
            Optional<Introspection> introspection) {

        static Issuer read(Section section) {
            var issuer = new Issuer(
                    section.requiredText("issuer"),
                    section.webUrl("jwksUrl"),
                    section.optionalText("audience"),
                    section.texts("algorithms", List.of("RS256"), Rule.ALGORITHM),
                    section.duration("leeway", "30s", "0s", "10m"),
                    section.texts("tenantClaim", List.of("firm_id", "org_id", "o.id", "tenant"), Rule.ANY),
                    section.text("userClaim", "sub"),
                    section.text("operatorScope", "operator"),
                    section.optionalSection("introspection", Introspection::read));
            if (!issuer.issuer.isEmpty() && issuer.jwksUrl.isEmpty() && !WEB.matcher(issuer.issuer).lookingAt()) {
                section.problem("issuer", "expected a URL such as https://login.example.com, or jwksUrl beside it");
            }
            if (issuer.algorithms.isEmpty()) {
                section.problem("algorithms", "expected at least one");
            }
            return issuer;
        }
    }

    /**
     * An endpoint that tells who an opaque id stands for (RFC 7662).
     *
     * @param url          the introspection endpoint
     * @param clientId     this gateway's client id there
     * @param clientSecret this gateway's client secret there
     */
    public record Introspection(URI url, String clientId, Secret clientSecret) {
        static Introspection read(Section section) {
            return new Introspection(section.requiredWebUrl("url"), section.requiredText("clientId"),
                    section.requiredSecret("clientSecret"));
        }
    }

    static IdentityConfig read(Section section) {
        var config = new IdentityConfig(
                section.flag("development", false),
                section.flag("anonymous", false),
                section.sections("issuers", Issuer::read),
                section.text("cookie", "__session", Rule.COOKIE_NAME),
                section.choice("membership", Membership.CLAIM));
        var names = new HashSet<>(Set.of(DEVELOPMENT_ISSUER));
        for (int i = 0; i < config.issuers.size(); i++) {
            String name = config.issuers.get(i).issuer;
            if (!name.isEmpty() && !names.add(name)) {
                section.problem("issuers[" + i + "].issuer", "names an issuer that is there already");
            }
        }
        return config;
    }
}
