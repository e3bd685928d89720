package dev.hawser.core.routing;

/** A concern that every command passes through, whatever it is. */
@FunctionalInterface
public interface Middleware {
    /** The next handler with this concern around it. */
    Handler around(Handler next);
}
