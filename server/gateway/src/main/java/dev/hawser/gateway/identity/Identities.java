package dev.hawser.gateway.identity;

import dev.hawser.core.port.Identity;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The identity made of several issuers: a token is verified by the one that its {@code iss} names exactly. */
public final class Identities implements Identity {
    private final Map<String, JwtIssuer> issuers;
    private final Membership membership;

    Identities(Collection<? extends JwtIssuer> issuers, Membership membership) {
        this.membership = membership;
        this.issuers = issuers.stream().collect(Collectors.toUnmodifiableMap(JwtIssuer::issuer, Function.identity()));
    }

    /** Refuses every credential: nobody is known here. */
    public static Identities none() {
        return new Identities(List.of(), new ClaimedMembership());
    }

    @Override
    public Verdict verify(Credential credential, Instant now) {
        return switch (credential) {
            case Credential.None _ -> Refusals.MISSING;
            case Credential.Ticket _ -> Refusals.INVALID;
            case Credential.Token token -> verify(token.text(), now);
        };
    }

    private Verdict verify(String token, Instant now) {
        Jwt jwt = Jwt.parse(token).orElse(null);
        JwtIssuer issuer = jwt == null ? null : jwt.issuer().map(issuers::get).orElse(null);
        if (issuer == null) {
            return Refusals.INVALID;
        }
        return switch (issuer.verify(jwt, now)) {
            case Finding.Bearer bearer -> membership.admit(bearer);
            case Finding.Unfit unfit -> unfit.verdict();
        };
    }
}
