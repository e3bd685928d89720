/** The store on PostgreSQL: group commits in lanes, forced row security, several nodes on one database. */
package dev.hawser.sql.postgres;
