/** The way of a command: through the middleware to the service that handles it. */
package dev.hawser.core.routing;
