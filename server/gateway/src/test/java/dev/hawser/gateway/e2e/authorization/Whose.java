package dev.hawser.gateway.e2e.authorization;

/** Whose the thing is that an id names. */
enum Whose {
    ANNS("acme", "ann"),
    BOBS("acme", "bob"),
    EVES("globex", "eve"),
    /** An id that could be, and is not. */
    MISSING(null, null),
    /** What no id can be. */
    MALFORMED(null, null);

    final String tenant;
    final String user;

    Whose(String tenant, String user) {
        this.tenant = tenant;
        this.user = user;
    }

    boolean exists() {
        return tenant != null;
    }
}
