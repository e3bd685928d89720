package dev.hawser.gateway.http;

/** Who may use a route. */
enum Access {
    /** Everybody. */
    PUBLIC,
    /** Whoever shows a valid credential. */
    USER,
    /** Workers: a key of the configuration, or a credential with the worker scope. */
    AGENT,
    /** A credential with the operator scope. */
    OPERATOR
}
