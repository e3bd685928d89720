package dev.hawser.gateway.config;

/**
 * What carries events and notices between the nodes of one gateway.
 *
 * @param url {@code local} (one node), {@code redis://}, {@code rediss://} or {@code redis+cluster://host:port}
 */
public record BackplaneConfig(Secret url) {
    private static final Rule URL = new Rule("local|(redis|rediss|redis\\+cluster)://.+",
            "local, redis://host:port, rediss://host:port or redis+cluster://host:port");

    static BackplaneConfig read(Section section) {
        return new BackplaneConfig(section.secret("url", "local", URL));
    }

    /** Whether this node is the only one. */
    public boolean local() {
        return url.reveal().equals("local");
    }
}
