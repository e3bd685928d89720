/** Agents behind an HTTP address: one request a call, answered by JSON or by a stream of events. */
package dev.hawser.gateway.agent.http;
