package dev.hawser.gateway.e2e.authorization;

import dev.hawser.core.model.Visibility;

/** The policy, written down once more and independently: what each may do, from which the tables take what to expect. */
final class Rules {
    private Rules() {}

    /** To whom a route is open. */
    enum Door { ANYBODY, USERS, AGENTS, WORKERS, OPERATORS, SIGNERS }

    /** What becomes of a request. */
    enum Outcome { DONE, MISSING, FORBIDDEN, NO_CREDENTIAL, EXPIRED, INVALID_CREDENTIAL }

    /** What becomes of a request that names a thing. */
    static Outcome named(Door door, Actor actor, Whose whose, Visibility visibility) {
        Outcome admitted = unnamed(door, actor);
        if (admitted != Outcome.DONE) {
            return admitted;
        }
        boolean reached = door == Door.AGENTS ? serves(actor, whose) : sees(actor, whose, visibility);
        return reached ? Outcome.DONE : Outcome.MISSING;
    }

    /** What becomes of a request that names nothing. */
    static Outcome unnamed(Door door, Actor actor) {
        return switch (door) {
            case ANYBODY -> Outcome.DONE;
            case USERS -> credential(actor);
            // None of them has an access key.
            case SIGNERS -> Outcome.FORBIDDEN;
            case AGENTS -> switch (actor.kind) {
                case KEY, RUN, WORKER -> Outcome.DONE;
                case USER, OPERATOR -> Outcome.FORBIDDEN;
                case NOBODY, EXPIRED, INVALID -> credential(actor);
            };
            case WORKERS -> switch (actor.kind) {
                case KEY, WORKER -> Outcome.DONE;
                case RUN, USER, OPERATOR -> Outcome.FORBIDDEN;
                case NOBODY, EXPIRED, INVALID -> credential(actor);
            };
            case OPERATORS -> switch (actor.kind) {
                case OPERATOR -> Outcome.DONE;
                case USER, WORKER -> Outcome.FORBIDDEN;
                case KEY, RUN, NOBODY, EXPIRED, INVALID -> credential(actor);
            };
        };
    }

    private static Outcome credential(Actor actor) {
        return switch (actor.kind) {
            case USER, WORKER, OPERATOR -> Outcome.DONE;
            case NOBODY -> Outcome.NO_CREDENTIAL;
            case EXPIRED -> Outcome.EXPIRED;
            case KEY, RUN, INVALID -> Outcome.INVALID_CREDENTIAL;
        };
    }

    /** A user sees what is his; where sessions are shared, what is his tenant's. */
    static boolean sees(Actor actor, Whose whose, Visibility visibility) {
        boolean sameTenant = whose.exists() && whose.tenant.equals(actor.tenant);
        return switch (visibility) {
            case OWNER -> sameTenant && whose.user.equals(actor.user);
            case TENANT -> sameTenant;
        };
    }

    /** A worker serves every user of its tenant, a key every tenant or its own, a run token only its run. */
    private static boolean serves(Actor actor, Whose whose) {
        boolean everywhere = actor.kind == Actor.Kind.KEY && actor.tenant == null;
        return whose.exists() && actor.kind != Actor.Kind.RUN && (everywhere || whose.tenant.equals(actor.tenant));
    }
}
