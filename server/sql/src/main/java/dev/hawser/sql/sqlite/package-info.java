/** The embedded store: one SQLite file, one writing thread, group commit. */
package dev.hawser.sql.sqlite;
