package dev.hawser.gateway.identity;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.gateway.config.IdentityConfig.Issuer;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Looks at what an issuer of the configuration shows, without any token. Blocks. */
public final class IssuerCheck {
    /** No session has this id. */
    private static final String NOBODY = "hawser-check";

    private IssuerCheck() {}

    /**
     * What was found.
     *
     * @param fine whether tokens of the issuer can be verified
     * @param key  the configuration key at fault, after that of the issuer; empty for the issuer itself
     */
    public record Found(boolean fine, String key, String text) {}

    public static Found look(Issuer issuer) {
        try (WebDocuments web = new WebDocuments()) {
            Found keys = keys(issuer, web);
            return keys.fine() ? introspection(issuer, web).orElse(keys) : keys;
        }
    }

    private static Found keys(Issuer issuer, WebDocuments web) {
        String key = issuer.jwksUrl().isPresent() ? ".jwksUrl" : ".issuer";
        try {
            KeySet set = IdentityParts.location(issuer, web).load();
            List<String> unusable = issuer.algorithms().stream().filter(alg -> set.fitting(alg) == 0).toList();
            return unusable.size() == issuer.algorithms().size()
                    ? new Found(false, key, "shows no key for " + String.join(", ", unusable))
                    : new Found(true, "", issuer.issuer() + ", " + issuer.algorithms().stream()
                            .map(alg -> set.fitting(alg) + " of " + alg).collect(Collectors.joining(", ", "keys: ", "")));
        } catch (IOException e) {
            return new Found(false, key, e.getMessage());
        }
    }

    private static Optional<Found> introspection(Issuer issuer, WebDocuments web) {
        return IdentityParts.introspection(issuer, web).flatMap(endpoint -> {
            try {
                ObjectNode answer = endpoint.answer(NOBODY);
                return answer.path("active").isBoolean() ? Optional.empty()
                        : Optional.of(new Found(false, ".introspection.url", "does not answer as RFC 7662 has it"));
            } catch (IOException e) {
                return Optional.of(new Found(false, ".introspection", endpoint.url() + " " + e.getMessage()));
            }
        });
    }
}
