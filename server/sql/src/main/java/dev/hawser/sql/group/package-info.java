/** What the group commits of every SQL store share: the sessions in use, transactions that buffer, the pace. */
package dev.hawser.sql.group;
