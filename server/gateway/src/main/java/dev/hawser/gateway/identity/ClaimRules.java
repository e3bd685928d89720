package dev.hawser.gateway.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.Scope;
import dev.hawser.core.model.Subject;
import dev.hawser.core.model.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;

/**
 * What the claims of a token must say, once its signature has been verified (RFC 7519 §4.1).
 *
 * @param tenantClaim where the tenant is named, if it is
 * @param userClaim   where the user is named
 * @param leeway      how far the clocks of issuer and gateway may differ; it counts only for letting in
 */
record ClaimRules(String tenantClaim, String userClaim, Duration leeway) {
    /** The last second of the year 9999: no time beyond it is meant seriously. */
    private static final long MAX_TIME = 253_402_300_799L;

    /** @param issuer whose token it is */
    Finding apply(String issuer, ObjectNode claims, Instant now) {
        try {
            Instant expires = time(claims.path("exp"));
            if (claims.has("iat")) {
                time(claims.get("iat"));
            }
            if (claims.has("nbf") && time(claims.get("nbf")).isAfter(now.plus(leeway))) {
                return new Finding.Unfit(Refusals.INVALID);
            }
            TenantId tenant = claims.has(tenantClaim) ? new TenantId(text(claims.get(tenantClaim))) : null;
            Subject subject = new Subject(issuer, text(claims.path(userClaim)));
            return now.isBefore(expires.plus(leeway))
                    ? new Finding.Bearer(subject, tenant, scopes(claims), expires)
                    : new Finding.Unfit(Refusals.EXPIRED);
        } catch (IllegalArgumentException e) {
            return new Finding.Unfit(Refusals.INVALID);
        }
    }

    private static Instant time(JsonNode claim) {
        if (!claim.isNumber() || !(claim.doubleValue() >= 0 && claim.doubleValue() <= MAX_TIME)) {
            throw new IllegalArgumentException("not a time");
        }
        return Instant.ofEpochSecond(claim.longValue());
    }

    private static String text(JsonNode claim) {
        if (!claim.isTextual()) {
            throw new IllegalArgumentException("not a text");
        }
        return claim.textValue();
    }

    /** The scopes that mean something here; names are separated by spaces (RFC 8693 §4.2). */
    private static Set<Scope> scopes(ObjectNode claims) {
        Set<Scope> scopes = EnumSet.noneOf(Scope.class);
        if (claims.has("scope")) {
            for (String name : text(claims.get("scope")).split(" ")) {
                switch (name) {
                    case "worker" -> scopes.add(Scope.WORKER);
                    case "operator" -> scopes.add(Scope.OPERATOR);
                    default -> { }
                }
            }
        }
        return scopes;
    }
}
