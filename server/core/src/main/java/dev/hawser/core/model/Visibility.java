package dev.hawser.core.model;

/** Which users of a tenant see a session. */
public enum Visibility {
    OWNER,
    TENANT;

    /** Whether the principal may know that the session exists. The tenant has matched already: it is in the key. */
    public boolean shows(Session session, Principal principal) {
        return switch (this) {
            case OWNER -> session.owner().equals(principal.user());
            case TENANT -> true;
        } && session.key().tenant().equals(principal.tenant());
    }
}
