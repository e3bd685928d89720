/** The gateway host: everything put together by hand, in {@link dev.hawser.gateway.Gateway}. */
package dev.hawser.gateway;
