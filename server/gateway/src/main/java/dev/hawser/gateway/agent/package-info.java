/**
 * How runs reach their agents: the connectors of the in-process kinds, and the executor that claims runs and drives them.
 */
package dev.hawser.gateway.agent;
