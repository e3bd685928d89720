package dev.hawser.gateway.e2e.authorization;

/**
 * One user's session with a run in it that waits for an approval, or the ids of one that could be and is not.
 *
 * @param device one that its user has connected
 * @param state what its owner sees of it all
 */
record Holding(Whose whose, String session, String run, String approval, String device, String state) {

    /** What an id names. */
    enum Thing { SESSION, RUN, APPROVAL, DEVICE }

    String id(Thing thing) {
        return switch (thing) {
            case SESSION -> session;
            case RUN -> run;
            case APPROVAL -> approval;
            case DEVICE -> device;
        };
    }
}
