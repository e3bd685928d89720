package dev.hawser.core.model;

/** The full name of a session: no session is ever looked up without its tenant. */
public record SessionKey(TenantId tenant, SessionId session) {
    @Override
    public String toString() {
        return tenant + "/" + session;
    }
}
