/** Who may do what with whose things: every principal, operation, owner and visibility against a started gateway. */
package dev.hawser.gateway.e2e.authorization;
