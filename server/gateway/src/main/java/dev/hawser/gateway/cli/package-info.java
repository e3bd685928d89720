/** The command line: one class per command, exit codes 0 fine, 1 failure, 2 wrong usage or bad configuration. */
package dev.hawser.gateway.cli;
