package dev.hawser.gateway.http;

import dev.hawser.core.model.Json;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.port.Ledger;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Whether this node wants traffic: it lives as long as it answers, and is ready while it does not drain and its store
 * commits. Safe for all threads.
 */
public final class Health {
    private static final SessionKey PROBE = new SessionKey(new TenantId("hawser-health"), new SessionId("probe"));
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Ledger ledger;
    private volatile boolean draining;

    public Health(Ledger ledger) {
        this.ledger = ledger;
    }

    /** From now on the node is not ready: it is on its way out. */
    public void drain() {
        draining = true;
    }

    public boolean draining() {
        return draining;
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", "/health/live", Access.PUBLIC, _ -> status(200, "live")),
                new Route("GET", "/health/ready", Access.PUBLIC, _ -> ready()));
    }

    private Response ready() throws InterruptedException {
        if (draining) {
            return status(503, "draining");
        }
        return commits() ? status(200, "ready") : status(503, "store_unavailable");
    }

    /** A transaction that changes nothing still has to go the whole way. */
    private boolean commits() throws InterruptedException {
        try {
            ledger.commit(PROBE, tx -> tx.session().isPresent()).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            return false;
        }
    }

    private static Response status(int status, String text) {
        return Response.json(status, Json.object().put("status", text));
    }
}
