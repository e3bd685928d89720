package dev.hawser.gateway.e2e.authorization;

/**
 * Who asks.
 *
 * @see Credentials what each of them shows
 */
enum Actor {
    OWNER(Kind.USER, "acme", "ann"),
    COLLEAGUE(Kind.USER, "acme", "bob"),
    STRANGER(Kind.USER, "globex", "eve"),
    /** Has the owner's name in another tenant. */
    NAMESAKE(Kind.USER, "globex", "ann"),
    WORKER(Kind.WORKER, "acme", "worker"),
    FOREIGN_WORKER(Kind.WORKER, "globex", "worker"),
    /** Shows a key of the configuration, which speaks for no tenant. */
    WORKER_KEY(Kind.KEY, null, null),
    /** Shows a key for one tenant. */
    NARROW_KEY(Kind.KEY, "globex", null),
    /** Shows the token of a run of the owner's that is none of those asked for. */
    RUN_TOKEN(Kind.RUN, "acme", "ann"),
    OPERATOR(Kind.OPERATOR, "acme", "operator"),
    FOREIGN_OPERATOR(Kind.OPERATOR, "globex", "operator"),
    NOBODY(Kind.NOBODY, null, null),
    EXPIRED(Kind.EXPIRED, "acme", "ann"),
    /** Shows the owner's token, signed with another key. */
    FORGER(Kind.INVALID, "acme", "ann"),
    /** Shows the owner's claims without a signature. */
    UNSIGNED(Kind.INVALID, "acme", "ann");

    /** What a credential is good for. */
    enum Kind { USER, WORKER, KEY, RUN, OPERATOR, NOBODY, EXPIRED, INVALID }

    final Kind kind;
    final String tenant;
    final String user;

    Actor(Kind kind, String tenant, String user) {
        this.kind = kind;
        this.tenant = tenant;
        this.user = user;
    }

    /** Whether a token of it is accepted somewhere as a user's. */
    boolean isPrincipal() {
        return switch (kind) {
            case USER, WORKER, OPERATOR -> true;
            case KEY, RUN, NOBODY, EXPIRED, INVALID -> false;
        };
    }
}
