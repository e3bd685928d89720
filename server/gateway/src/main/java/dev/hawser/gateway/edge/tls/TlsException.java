package dev.hawser.gateway.edge.tls;

/** A certificate or key that cannot be used. The message names the configuration key at fault and may be shown. */
public final class TlsException extends Exception {
    private static final long serialVersionUID = 1;

    private final String key;
    private final String problem;

    private TlsException(String key, String problem) {
        super(key + ": " + problem);
        this.key = key;
        this.problem = problem;
    }

    /** The configuration key at fault. */
    public String key() {
        return key;
    }

    /** What is wrong with its value. */
    public String problem() {
        return problem;
    }

    static TlsException certificate(String problem) {
        return new TlsException("server.tls.certificate", problem);
    }

    static TlsException key(String problem) {
        return new TlsException("server.tls.key", problem);
    }
}
