/** The tools of a run's user, for agents inside the gateway: what there is, which calls a person has to allow, and calling them. */
package dev.hawser.gateway.agent.tools;
