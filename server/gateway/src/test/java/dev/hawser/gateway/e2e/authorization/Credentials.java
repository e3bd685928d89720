package dev.hawser.gateway.e2e.authorization;

import dev.hawser.core.model.RunId;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.TenantId;
import dev.hawser.gateway.identity.DevelopmentIdentity;
import dev.hawser.gateway.identity.OtherTimes;
import dev.hawser.gateway.identity.RunTokens;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What each actor shows. */
final class Credentials {
    static final String WORKER_KEY = "the-key-of-a-worker";
    static final String NARROW_KEY = "the-key-of-a-worker-for-globex";

    private static final Duration LIFE = Duration.ofHours(1);

    private final Map<Actor, String> shown = new EnumMap<>(Actor.class);

    /**
     * @param data  the data folder of the gateway
     * @param other a folder that no gateway uses
     */
    Credentials(Path data, Path other) throws IOException {
        DevelopmentIdentity now = DevelopmentIdentity.open(data);
        DevelopmentIdentity past =
                OtherTimes.at(data, Clock.offset(Clock.systemUTC(), LIFE.plusHours(1).negated()));
        DevelopmentIdentity foreign = DevelopmentIdentity.open(other);
        for (Actor actor : Actor.values()) {
            switch (actor) {
                case OWNER, COLLEAGUE, STRANGER, NAMESAKE -> shown.put(actor, token(now, actor));
                case WORKER, FOREIGN_WORKER -> shown.put(actor, token(now, actor, "worker"));
                case OPERATOR, FOREIGN_OPERATOR -> shown.put(actor, token(now, actor, "operator"));
                case NARROW_KEY -> shown.put(actor, NARROW_KEY);
                case RUN_TOKEN -> shown.put(actor, RunTokens.open(data).issue(new RunKey(
                        new SessionKey(new TenantId(actor.tenant), new SessionId("another")), new RunId("another")), 1));
                case WORKER_KEY -> shown.put(actor, WORKER_KEY);
                case EXPIRED -> shown.put(actor, token(past, actor));
                case FORGER -> shown.put(actor, token(foreign, actor, "worker", "operator"));
                case UNSIGNED -> shown.put(actor, unsigned(token(now, actor, "worker", "operator")));
                case NOBODY -> { }
            }
        }
    }

    private static String token(DevelopmentIdentity issuer, Actor actor, String... scopes) {
        return issuer.issue(actor.tenant, actor.user, LIFE, Set.of(scopes));
    }

    private static String unsigned(String token) {
        String header = Base64.getUrlEncoder().withoutPadding()
                .encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.US_ASCII));
        return header + token.substring(token.indexOf('.'), token.lastIndexOf('.') + 1);
    }

    /** The bearer; empty for nobody. */
    Optional<String> of(Actor actor) {
        return Optional.ofNullable(shown.get(actor));
    }
}
