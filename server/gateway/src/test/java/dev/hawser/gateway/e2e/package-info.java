/** Whole gateways, in this process or in one of their own, as clients and agents meet them. */
package dev.hawser.gateway.e2e;
