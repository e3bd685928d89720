package dev.hawser.gateway.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Every route there is. A {@code HEAD} is answered by the route of {@code GET}. Safe for all threads. */
final class RouteTable {
    private final List<Route> routes;

    RouteTable(List<Route> routes) {
        this.routes = List.copyOf(routes);
    }

    List<Route> routes() {
        return routes;
    }

    /** What a path and a method lead to. */
    sealed interface Found {
        record Hit(Route route, Map<String, String> variables) implements Found {}

        /**
         * @param allowed the methods that the path has, as the {@code Allow} header names them; {@code OPTIONS} is one
         */
        record OtherMethod(String template, String allowed) implements Found {}

        record Nothing() implements Found {}
    }

    Found find(String method, List<String> path) {
        String wanted = method.equals("HEAD") ? "GET" : method;
        List<Route> others = new ArrayList<>(2);
        for (Route route : routes) {
            Optional<Map<String, String>> variables = route.match(path);
            if (variables.isPresent()) {
                if (route.method().equals(wanted)) {
                    return new Found.Hit(route, variables.get());
                }
                others.add(route);
            }
        }
        return others.isEmpty()
                ? new Found.Nothing()
                : new Found.OtherMethod(others.getFirst().template(), allowed(others));
    }

    private static String allowed(List<Route> routes) {
        TreeSet<String> methods = new TreeSet<>(List.of("OPTIONS"));
        for (Route route : routes) {
            methods.add(route.method());
            if (route.method().equals("GET")) {
                methods.add("HEAD");
            }
        }
        return String.join(", ", methods);
    }
}
