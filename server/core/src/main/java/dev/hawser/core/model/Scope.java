package dev.hawser.core.model;

/** What a credential may be used for, beside being a user of its tenant. */
public enum Scope {
    /** The agent side: claim runs, send their events. */
    WORKER,
    /** The operator side: notices, drain, console. */
    OPERATOR
}
