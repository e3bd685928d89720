package dev.hawser.gateway.http;

import dev.hawser.core.model.Code;
import dev.hawser.core.model.Principal;
import dev.hawser.core.model.Scope;
import dev.hawser.core.port.Identity;
import dev.hawser.core.port.Identity.Credential;
import dev.hawser.core.port.Identity.Verdict;
import dev.hawser.gateway.identity.AgentSide;
import dev.hawser.gateway.identity.CredentialRules;
import dev.hawser.gateway.identity.RunTokens;
import dev.hawser.gateway.identity.WorkerKeys;
import dev.hawser.gateway.identity.WorkerScope;
import dev.hawser.gateway.peer.AddressLimits;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Says who gets in: pages of foreign origins never, everybody else with the credential that the route asks for. Safe
 * for all threads.
 *
 * @param identity the one that WebSocket handshakes are verified with
 * @param limits   has refusals come late for an address that collects them
 */
public record Guard(
        CredentialRules rules, Identity identity, WorkerKeys workers, RunTokens runTokens, AddressLimits limits,
        InstantSource clock) {

    /** Who is let in: nobody in particular on public and signed routes, else one of the two. */
    record Admitted(Principal principal, AgentSide agent) {
        static final Admitted ANYBODY = new Admitted(null, null);

        static Admitted of(Principal principal) {
            return new Admitted(principal, null);
        }
    }

    /**
     * The origin of the page that sends the request; null where none is named.
     *
     * @throws Refusal where it is foreign
     */
    String origin(HttpExchange exchange) {
        List<String> origins = exchange.headers("Origin");
        if (origins.isEmpty()) {
            return null;
        }
        if (origins.size() > 1 || !rules.origins().allows(origins.getFirst(), exchange.client())) {
            throw Refusal.of(Code.FORBIDDEN, "Pages of this origin may not use this server");
        }
        return origins.getFirst();
    }

    /**
     * Who sends a request.
     *
     * @throws Refusal where it is not let in
     */
    Admitted admit(Access access, HttpExchange exchange, RequestTarget target, String origin) {
        return switch (access) {
            case PUBLIC, SIGNED -> Admitted.ANYBODY;
            case USER -> Admitted.of(verify(exchange, credential(exchange, target, origin)));
            case HOLDER -> {
                Credential shown = credential(exchange, target, origin);
                if (shown instanceof Credential.Ticket) {
                    throw Refusal.of(Code.FORBIDDEN, "A ticket does not do here: show the credential itself");
                }
                yield Admitted.of(verify(exchange, shown));
            }
            case OPERATOR -> Admitted.of(
                    require(Scope.OPERATOR, verify(exchange, credential(exchange, target, origin))));
            case WORKER -> {
                Credential shown = credential(exchange, target, origin);
                if (attempt(shown).isPresent()) {
                    throw Refusal.of(Code.FORBIDDEN, "A run token speaks for its run only");
                }
                yield new Admitted(null, worker(exchange, shown));
            }
            case AGENT -> {
                Credential shown = credential(exchange, target, origin);
                yield new Admitted(null, attempt(shown).<AgentSide>map(AgentSide.Attempt::new)
                        .orElseGet(() -> worker(exchange, shown)));
            }
        };
    }

    private Optional<RunTokens.Grant> attempt(Credential shown) {
        return shown instanceof Credential.Token(String text) ? runTokens.verify(text) : Optional.empty();
    }

    private AgentSide.Worker worker(HttpExchange exchange, Credential shown) {
        Optional<WorkerScope> key = shown instanceof Credential.Token(String text) ? workers.find(text) : Optional.empty();
        return new AgentSide.Worker(key.orElseGet(
                () -> WorkerScope.of(require(Scope.WORKER, verify(exchange, shown)).tenant())));
    }

    private Credential credential(HttpExchange exchange, RequestTarget target, String origin) {
        return rules.find(new CredentialRules.Shown(
                origin, exchange.headers("Authorization"), target.query(), List.of(), exchange.headers("Cookie")));
    }

    private Principal verify(HttpExchange exchange, Credential credential) {
        return switch (identity.verify(credential, clock.instant())) {
            case Verdict.Accepted accepted -> accepted.principal();
            case Verdict.Refused refused when refused.fault().code() == Code.FORBIDDEN -> throw Refusal.of(refused.fault());
            case Verdict.Refused refused -> {
                limits.refused(exchange.client().address(), credential, refused.fault());
                throw Refusal.of(refused.fault(), Map.of("WWW-Authenticate",
                        credential instanceof Credential.None ? "Bearer" : "Bearer error=\"invalid_token\""));
            }
        };
    }

    private static Principal require(Scope scope, Principal principal) {
        if (!principal.scopes().contains(scope)) {
            throw Refusal.of(Code.FORBIDDEN);
        }
        return principal;
    }
}
