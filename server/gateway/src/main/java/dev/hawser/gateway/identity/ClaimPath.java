package dev.hawser.gateway.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Where a claim is found: {@code o.id} is the claim of that very name where there is one (names such as
 * {@code https://example.com/tenant} have dots), and else the member {@code id} of the object {@code o}.
 */
record ClaimPath(String name) {

    /** The claim; null where there is none, or JSON's null. */
    JsonNode in(ObjectNode claims) {
        JsonNode found = claims.get(name);
        if (found == null) {
            found = claims;
            for (String step : name.split("\\.", -1)) {
                found = found.path(step);
            }
        }
        return found.isMissingNode() || found.isNull() ? null : found;
    }
}
