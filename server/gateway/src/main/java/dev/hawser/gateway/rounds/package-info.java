/** What a node does every so often, on threads of its own. */
package dev.hawser.gateway.rounds;
