package dev.hawser.gateway.config;

/**
 * How sessions come to be, who sees them and how their runs share them.
 *
 * @param autoCreate  whether an unknown session id of the caller's own choice makes a session
 * @param visibility  {@code owner}: only its maker; {@code tenant}: every user of the tenant
 * @param concurrency what a message does while a run of the same session is open
 */
public record SessionsConfig(boolean autoCreate, Visibility visibility, Concurrency concurrency) {
    /** Who sees a session. */
    public enum Visibility { OWNER, TENANT }

    /** Runs of one session go one after another, side by side, or the second is refused. */
    public enum Concurrency { QUEUE, PARALLEL, REJECT }

    static SessionsConfig read(Section section) {
        return new SessionsConfig(
                section.flag("autoCreate", false),
                section.choice("visibility", Visibility.OWNER),
                section.choice("concurrency", Concurrency.QUEUE));
    }
}
