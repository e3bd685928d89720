/**
 * The HTTP side of the gateway: routes, problem documents, event streams, pages. It knows no socket: the edge hands it
 * one {@link dev.hawser.gateway.http.HttpExchange} per request.
 */
package dev.hawser.gateway.http;
