package dev.hawser.gateway.identity;

import dev.hawser.core.model.Scope;
import dev.hawser.core.port.Identity;
import dev.hawser.core.port.Members;
import dev.hawser.core.port.Tickets;
import dev.hawser.gateway.config.IdentityConfig;
import dev.hawser.gateway.config.IdentityConfig.Issuer;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The identity of a node, put together as its configuration says. Safe for all threads. */
public final class IdentityParts implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IdentityParts.class);

    private final Identity identity;
    private final OneTimeTickets tickets;
    private final Membership membership;
    private final Optional<String> onlyIssuer;
    private final WebDocuments web;

    private IdentityParts(Identity others, OneTimeTickets tickets, Membership membership, List<JwtIssuer> issuers,
            WebDocuments web) {
        this.identity = new TicketIdentity(tickets, others);
        this.tickets = tickets;
        this.membership = membership;
        this.onlyIssuer = issuers.size() == 1 ? Optional.of(issuers.getFirst().issuer()) : Optional.empty();
        this.web = web;
    }

    /**
     * Puts it together, and begins to fetch the keys of the issuers. Does not wait for them: an issuer that is down must not
     * keep a node from starting.
     *
     * @param data    the data folder
     * @param members asked where the configuration says so
     * @param kept    the one-time tickets
     * @throws IOException where the development key cannot be used; the message names it
     */
    public static IdentityParts of(IdentityConfig config, Path data, Members members, Tickets kept, MeterRegistry registry)
            throws IOException {
        return of(config, data, members, kept, registry, config.issuers().isEmpty() ? null : new WebDocuments());
    }

    /** @param web how issuers are asked, closed with the whole; null where there are none */
    static IdentityParts of(IdentityConfig config, Path data, Members members, Tickets kept, MeterRegistry registry,
            WebDocuments web) throws IOException {
        List<JwtIssuer> issuers = new ArrayList<>();
        List<Introspection> providers = new ArrayList<>();
        Executor executor = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("keys").factory());
        for (Issuer issuer : config.issuers()) {
            KeySource keys = new KeySource(issuer.issuer(), location(issuer, web)::load, executor);
            executor.execute(() -> keys.current(Instant.now()));
            issuers.add(new OidcIssuer(
                    issuer.issuer(), Set.copyOf(issuer.algorithms()), issuer.audience(), rules(issuer), keys));
            introspection(issuer, web).ifPresent(providers::add);
        }
        if (config.development()) {
            issuers.add(DevelopmentIdentity.open(data));
        }
        Membership membership = switch (config.membership()) {
            case CLAIM -> new ClaimedMembership();
            case STORE -> new StoredMembership(members, config.anonymous());
        };
        Consumer<Reason> refusals = counting(registry);
        Identity named = new Identities(issuers, new OpaqueSessions(providers), membership, refusals);
        return new IdentityParts(config.anonymous() ? new AnonymousIdentity(named) : named,
                new OneTimeTickets(kept, membership, refusals), membership, issuers, web);
    }

    static KeyLocation location(Issuer issuer, WebDocuments web) {
        return new KeyLocation(issuer.issuer(), issuer.jwksUrl(), web);
    }

    static Optional<Introspection> introspection(Issuer issuer, WebDocuments web) {
        return issuer.introspection().map(at -> new Introspection(issuer.issuer(), at.url(), at.clientId(),
                at.clientSecret().reveal(), issuer.audience(), rules(issuer), web));
    }

    private static ClaimRules rules(Issuer issuer) {
        return new ClaimRules(issuer.tenantClaim().stream().map(ClaimPath::new).toList(),
                new ClaimPath(issuer.userClaim()), issuer.leeway(),
                Map.of(issuer.operatorScope(), Scope.OPERATOR));
    }

    private static Consumer<Reason> counting(MeterRegistry registry) {
        Map<Reason, Counter> counters = new EnumMap<>(Reason.class);
        Stream.of(Reason.values()).forEach(reason -> counters.put(reason, Counter.builder("hawser.credentials.refused")
                .description("Credentials that were not accepted")
                .tag("reason", reason.word())
                .register(registry)));
        return reason -> {
            counters.get(reason).increment();
            LOG.atInfo().addKeyValue("reason", reason.word()).log("credential refused");
        };
    }

    public Identity identity() {
        return identity;
    }

    public OneTimeTickets tickets() {
        return tickets;
    }

    /** The exact {@code iss} of every token that is accepted; empty where there are several, or none. */
    public Optional<String> onlyIssuer() {
        return onlyIssuer;
    }

    /** Begins to watch over what is open. The caller closes it. */
    public MembershipWatch watch(List<LiveConnections> live) {
        return new MembershipWatch(membership, live);
    }

    @Override
    public void close() {
        if (web != null) {
            web.close();
        }
    }
}
