/** Requests that are signed, and those that only look like it. */
package dev.hawser.gateway.sigv4;
