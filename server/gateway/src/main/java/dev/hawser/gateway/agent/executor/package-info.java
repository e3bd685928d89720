/** The host side of the run ledger: claims runs, drives their agents, keeps leases, acts on what has become due. */
package dev.hawser.gateway.agent.executor;
