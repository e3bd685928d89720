package dev.hawser.sql.group;

/** What one job of a group was refused for, before it wrote anything. It is the job's own affair, not the group's. */
public final class Refused extends Exception {
    public Refused(Throwable cause) {
        super(null, cause, false, false);
    }
}
