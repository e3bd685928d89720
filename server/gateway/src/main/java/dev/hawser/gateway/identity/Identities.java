package dev.hawser.gateway.identity;

import dev.hawser.core.port.Identity;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The identity made of several issuers: a token is verified by the one that its {@code iss} names exactly, an opaque id by
 * whoever knows it.
 */
public final class Identities implements Identity {
    private final Map<String, JwtIssuer> issuers;
    private final OpaqueSessions opaque;
    private final Membership membership;
    private final Consumer<Reason> refusals;

    /** @param refusals told of each refusal; must not block */
    Identities(Collection<? extends JwtIssuer> issuers, OpaqueSessions opaque, Membership membership,
            Consumer<Reason> refusals) {
        this.issuers = issuers.stream().collect(Collectors.toUnmodifiableMap(JwtIssuer::issuer, Function.identity()));
        this.opaque = opaque;
        this.membership = membership;
        this.refusals = refusals;
    }

    /** Refuses every credential: nobody is known here. */
    public static Identities none() {
        return of(List.of());
    }

    /** The identity of issuers whose tokens say everything. */
    static Identities of(List<JwtIssuer> issuers) {
        return new Identities(issuers, new OpaqueSessions(List.of()), new ClaimedMembership(), _ -> { });
    }

    @Override
    public Verdict verify(Credential credential, Instant now) {
        Finding finding = switch (credential) {
            case Credential.None _ -> new Finding.Unfit(Reason.MISSING);
            case Credential.Ticket _ -> new Finding.Unfit(Reason.MALFORMED);
            case Credential.Token(String text) -> Jwt.parse(text)
                    .map(jwt -> find(jwt, now))
                    .orElseGet(() -> new Finding.Unfit(Reason.MALFORMED));
            case Credential.Cookie(String text) -> Jwt.parse(text)
                    .map(jwt -> find(jwt, now))
                    .orElseGet(() -> opaque.find(text, now));
        };
        return switch (finding) {
            case Finding.Bearer bearer -> admit(bearer);
            case Finding.Unfit(Reason reason) -> {
                refusals.accept(reason);
                yield reason.verdict();
            }
        };
    }

    private Finding find(Jwt jwt, Instant now) {
        JwtIssuer issuer = jwt.issuer().map(issuers::get).orElse(null);
        return issuer == null ? new Finding.Unfit(Reason.UNKNOWN_ISSUER) : issuer.verify(jwt, now);
    }

    private Verdict admit(Finding.Bearer bearer) {
        Verdict verdict = membership.admit(bearer);
        if (verdict instanceof Verdict.Refused) {
            refusals.accept(Reason.MEMBERSHIP);
        }
        return verdict;
    }
}
