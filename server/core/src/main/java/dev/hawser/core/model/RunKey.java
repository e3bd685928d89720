package dev.hawser.core.model;

/** The full name of a run: the session that it writes to, and its id there. */
public record RunKey(SessionKey session, RunId run) {
    @Override
    public String toString() {
        return session + "/" + run;
    }
}
