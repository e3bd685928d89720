/** Session log, ledger and run queue on SQL databases. */
package dev.hawser.sql;
