/** The host side of workers outside of the gateway: runs are handed out, and what concerns them is told. */
package dev.hawser.gateway.agent.worker;
