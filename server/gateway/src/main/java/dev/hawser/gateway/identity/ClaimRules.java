package dev.hawser.gateway.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.Scope;
import dev.hawser.core.model.Subject;
import dev.hawser.core.model.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the claims of a token must say, once its signature has been verified (RFC 7519 §4.1).
 *
 * @param tenants where the tenant is named, if it is: the first that is there counts
 * @param user    where the user is named
 * @param leeway  how far the clocks of issuer and gateway may differ; it counts only for letting in
 * @param scopes  what the issuer's scopes mean here; others mean nothing
 */
record ClaimRules(List<ClaimPath> tenants, ClaimPath user, Duration leeway, Map<String, Scope> scopes) {
    /** The last second of the year 9999: no time beyond it is meant seriously. */
    private static final long MAX_TIME = 253_402_300_799L;

    /** @param issuer whose token it is */
    Finding apply(String issuer, ObjectNode claims, Instant now) {
        try {
            Instant expires = time(claims.path("exp"));
            if (isAhead(claims, "iat", now) || isAhead(claims, "nbf", now)) {
                return new Finding.Unfit(Reason.NOT_YET);
            }
            Subject subject = new Subject(issuer, text(user.in(claims)));
            Finding.Bearer bearer = new Finding.Bearer(subject, tenant(claims), scopes(claims), expires);
            return now.isBefore(expires.plus(leeway)) ? bearer : new Finding.Unfit(Reason.EXPIRED);
        } catch (IllegalArgumentException e) {
            return new Finding.Unfit(Reason.CLAIMS);
        }
    }

    /** Whether a time that the claims give, if they do, has still to come. */
    private boolean isAhead(ObjectNode claims, String name, Instant now) {
        return claims.has(name) && time(claims.get(name)).isAfter(now.plus(leeway));
    }

    private TenantId tenant(ObjectNode claims) {
        for (ClaimPath path : tenants) {
            JsonNode claim = path.in(claims);
            if (claim != null) {
                return new TenantId(text(claim));
            }
        }
        return null;
    }

    private static Instant time(JsonNode claim) {
        if (!claim.isNumber() || !(claim.doubleValue() >= 0 && claim.doubleValue() <= MAX_TIME)) {
            throw new IllegalArgumentException("not a time");
        }
        return Instant.ofEpochSecond(claim.longValue());
    }

    private static String text(JsonNode claim) {
        if (claim == null || !claim.isTextual()) {
            throw new IllegalArgumentException("not a text");
        }
        return claim.textValue();
    }

    /** {@code scope} is one text, names separated by spaces (RFC 8693 §4.2); some issuers have {@code scp}, or a list. */
    private Set<Scope> scopes(ObjectNode claims) {
        JsonNode claim = claims.has("scope") ? claims.get("scope") : claims.path("scp");
        List<String> names = new ArrayList<>();
        if (claim.isArray()) {
            claim.forEach(name -> names.add(text(name)));
        } else if (claim.isTextual() || claims.has("scope")) {
            names.addAll(List.of(text(claim).split(" ")));
        }
        Set<Scope> granted = EnumSet.noneOf(Scope.class);
        names.stream().filter(scopes::containsKey).map(scopes::get).forEach(granted::add);
        return granted;
    }
}
