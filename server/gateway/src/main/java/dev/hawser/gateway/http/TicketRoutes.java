package dev.hawser.gateway.http;

import dev.hawser.core.model.Json;
import dev.hawser.gateway.identity.OneTimeTickets;
import java.time.InstantSource;
import java.util.List;

/** {@code /v1/tickets}: a credential for one use, for where it has to be put into a URL. */
final class TicketRoutes {
    private final OneTimeTickets tickets;
    private final InstantSource clock;

    TicketRoutes(OneTimeTickets tickets, InstantSource clock) {
        this.tickets = tickets;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(new Route("POST", "/v1/tickets", Access.HOLDER, this::issue));
    }

    private Response issue(Request request) throws InterruptedException {
        OneTimeTickets.Issued issued = Commands.await(tickets.issue(request.principal(), clock.instant()))
                .orElseThrow(() -> Refusal.of(OneTimeTickets.tooMany()));
        return Response.json(201, Json.object().put("ticket", issued.text()).put("expiresAt", Json.time(issued.until())));
    }
}
