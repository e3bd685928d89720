package dev.hawser.gateway.http;

import dev.hawser.core.model.Code;
import dev.hawser.core.model.TenantId;
import dev.hawser.gateway.sigv4.Signatures;
import dev.hawser.gateway.sigv4.SignedRequest;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Who may use {@code /@connections}, and for wires of which tenants. Safe for all threads. */
public final class ConnectionKeys {
    private final Map<String, AccessKey> keys;
    private final Signatures signatures;
    private final InstantSource clock;

    /**
     * A key pair.
     *
     * @param tenants those whose wires it reaches; empty for all
     */
    public record AccessKey(String id, String secret, Set<TenantId> tenants) {
        @Override
        public String toString() {
            return "AccessKey[" + id + "]";
        }
    }

    /** @throws IllegalStateException where two have the same id */
    public ConnectionKeys(List<AccessKey> keys, InstantSource clock) {
        this.keys = keys.stream().collect(Collectors.toUnmodifiableMap(AccessKey::id, Function.identity()));
        this.signatures = new Signatures(keys.stream().collect(Collectors.toMap(AccessKey::id, AccessKey::secret)));
        this.clock = clock;
    }

    /**
     * Which tenants' wires the request may be about.
     *
     * @throws Refusal where it is not signed as it must be
     */
    Predicate<TenantId> admit(SignedRequest request) {
        return switch (signatures.verify(request, clock.instant())) {
            case Signatures.Verdict.Signed(String id) -> {
                Set<TenantId> tenants = keys.get(id).tenants();
                yield tenant -> tenants.isEmpty() || tenants.contains(tenant);
            }
            case Signatures.Verdict.Refused(String why) ->
                throw AwsError.FORBIDDEN.refusal(Code.FORBIDDEN, why);
        };
    }
}
