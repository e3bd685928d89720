package dev.hawser.gateway.http;

import dev.hawser.core.dialect.Fields;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Fault;
import dev.hawser.core.port.StoreException;
import dev.hawser.gateway.metrics.Metrics;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The way of a request: origin, route, credential, handler, and whatever happens there turned into an answer. */
final class Api implements HttpApi {
    private static final Logger LOG = LoggerFactory.getLogger(Api.class);
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
    private static final String NO_ROUTE = "none";

    private final Guard guard;
    private final RouteTable routes;
    private final Pages pages = new Pages();
    private final Metrics metrics;

    Api(Guard guard, List<Route> routes, Metrics metrics) {
        this.guard = guard;
        this.routes = new RouteTable(routes);
        this.metrics = metrics;
    }

    @Override
    public void handle(HttpExchange exchange) {
        new Turn(exchange).run();
    }

    /** One request, and what became known of it on its way. */
    private final class Turn {
        private final HttpExchange exchange;
        private final long began = System.nanoTime();
        private String route = NO_ROUTE;
        private String origin;

        Turn(HttpExchange exchange) {
            this.exchange = exchange;
        }

        void run() {
            Response response = response();
            try {
                send(response);
            } catch (HttpExchange.PeerLeft e) {
                LOG.atDebug().addKeyValue("route", route).log("peer left during the answer");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                LOG.atError().setCause(e).addKeyValue("route", route).log("answer failed");
            }
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            String method = METHODS.contains(exchange.method()) ? exchange.method() : "other";
            metrics.request(method, route, response.status(), took);
            LOG.atDebug()
                    .addKeyValue("client", exchange.client().shown())
                    .addKeyValue("method", method)
                    .addKeyValue("route", route)
                    .addKeyValue("status", response.status())
                    .addKeyValue("ms", took.toMillis())
                    .log("request");
        }

        private void send(Response response) throws HttpExchange.PeerLeft, InterruptedException {
            Map<String, String> headers = Headers.on(response, origin);
            switch (response) {
                case Response.Whole whole -> exchange.respond(whole.status(), headers, whole.body());
                case Response.Streamed streamed -> {
                    metrics.streamOpened();
                    try (HttpExchange.ResponseStream out = exchange.startStream(streamed.status(), headers)) {
                        streamed.writer().write(out);
                    } finally {
                        metrics.streamClosed();
                        streamed.atEnd().run();
                    }
                }
            }
        }

        private Response response() {
            try {
                return routed();
            } catch (Refusal refusal) {
                return refused(refusal);
            } catch (Fields.Refused refused) {
                return refused(Refusal.of(refused.fault()));
            } catch (StoreException e) {
                LOG.atError().setCause(e).addKeyValue("route", route).log("store failed");
                return Problem.of(Code.STORE_UNAVAILABLE);
            } catch (IOException e) {
                return refused(Refusal.of(Code.INVALID_MESSAGE, "The body could not be read to its end"));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return refused(Refusal.of(503, Code.INTERNAL_ERROR, "The server is shutting down", Map.of()));
            } catch (RuntimeException e) {
                String reference = UUID.randomUUID().toString();
                LOG.atError().setCause(e).addKeyValue("route", route).addKeyValue("reference", reference)
                        .log("request failed");
                return Problem.of(Refusal.of(Fault.of(Code.INTERNAL_ERROR,
                        Code.INTERNAL_ERROR.message() + " (reference " + reference + ")")));
            }
        }

        private Response refused(Refusal refusal) {
            if (!refusal.logged()) {
                metrics.refused(refusal.fault().code());
                LOG.atInfo()
                        .addKeyValue("client", exchange.client().shown())
                        .addKeyValue("route", route)
                        .addKeyValue("status", refusal.status())
                        .addKeyValue("code", refusal.fault().code())
                        .log("request refused");
            }
            return Problem.of(refusal);
        }

        private Response routed() throws IOException, InterruptedException {
            origin = guard.origin(exchange);
            RequestTarget target = exchange.target();
            return switch (routes.find(exchange.method(), target.path())) {
                case RouteTable.Found.Hit hit -> {
                    route = hit.route().template();
                    Guard.Admitted who = guard.admit(hit.route().access(), exchange, target, origin);
                    yield hit.route().handler().handle(
                            new Request(exchange, target, hit.variables(), who.principal(), who.agent()));
                }
                case RouteTable.Found.OtherMethod other -> {
                    route = other.template();
                    yield otherMethod(other.allowed());
                }
                case RouteTable.Found.Nothing _ -> page(target);
            };
        }

        private Response otherMethod(String allowed) {
            if (!exchange.method().equals("OPTIONS")) {
                throw Refusal.of(405, Code.INVALID_MESSAGE, "This path does not have that method",
                        Map.of("Allow", allowed));
            }
            boolean preflight = origin != null && !exchange.headers("Access-Control-Request-Method").isEmpty();
            return Headers.options(allowed, preflight);
        }

        private Response page(RequestTarget target) throws IOException {
            Response page = pages.find(target.path(), exchange.headers("If-None-Match"))
                    .orElseThrow(() -> Refusal.of(Code.NOT_FOUND));
            route = "page";
            return exchange.method().equals("GET") || exchange.method().equals("HEAD")
                    ? page
                    : otherMethod("GET, HEAD, OPTIONS");
        }
    }
}
