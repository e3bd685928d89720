package dev.hawser.gateway.http;

/** Who may use a route. */
enum Access {
    /** Everybody. */
    PUBLIC,
    /** Whoever shows a valid credential. */
    USER,
    /** Whoever shows a valid credential that is no one-time ticket. */
    HOLDER,
    /** Workers: a key of the configuration, or a credential with the worker scope. */
    WORKER,
    /** Workers, and whoever has the token of a run. */
    AGENT,
    /** Whoever signs with an access key; the route verifies that, as the body is signed, too. */
    SIGNED,
    /** A credential with the operator scope. */
    OPERATOR
}
