/** Whom a connection comes from: addresses, the proxies that may speak for others, and what one address may ask for. */
package dev.hawser.gateway.peer;
