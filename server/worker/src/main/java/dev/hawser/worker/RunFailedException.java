package dev.hawser.worker;

/** Ends a run as failed, with what its people are told. */
public final class RunFailedException extends Exception {
    private final String code;

    /** @param message may be shown to people */
    public RunFailedException(String message) {
        this("AGENT_ERROR", message);
    }

    /** @param code one of the catalogue; another one becomes {@code AGENT_ERROR} */
    public RunFailedException(String code, String message) {
        super(message);
        this.code = code;
    }

    public String code() {
        return code;
    }
}
