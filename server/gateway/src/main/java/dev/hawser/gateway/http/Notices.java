package dev.hawser.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;

/** Tells open connections something that is not stored. Safe for all threads. */
public interface Notices {
    /**
     * Sends to those that are connected now, best effort. Blocks until it is handed over.
     *
     * @return how many connections it was handed to
     */
    int publish(Audience audience, String name, JsonNode value);

    /** Who is told. */
    sealed interface Audience {}

    /** The connections that follow a session. */
    record OfSession(SessionKey session) implements Audience {}

    /** The connections of a user. */
    record OfUser(TenantId tenant, UserId user) implements Audience {}

    record OfTenant(TenantId tenant) implements Audience {}

    record Everybody() implements Audience {}
}
