package dev.hawser.sql.sqlite;

/** What one job of a group was refused for, before it wrote anything. It is the job's own affair, not the group's. */
final class Refused extends Exception {
    Refused(Throwable cause) {
        super(null, cause, false, false);
    }
}
