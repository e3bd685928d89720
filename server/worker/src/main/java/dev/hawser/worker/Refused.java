package dev.hawser.worker;

/** The gateway answered no. */
final class Refused extends Exception {
    private final int status;
    private final String code;

    Refused(int status, String code, String detail) {
        super(status + " " + code + ": " + detail);
        this.status = status;
        this.code = code;
    }

    String code() {
        return code;
    }

    /** Whether the same may be asked again later. */
    boolean passes() {
        return status >= 500 || status == 429;
    }
}
