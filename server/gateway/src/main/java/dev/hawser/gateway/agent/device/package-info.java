/** The devices that are connected to this node, kept going: runs for them are taken from the queue, what is overdue is ended. */
package dev.hawser.gateway.agent.device;
