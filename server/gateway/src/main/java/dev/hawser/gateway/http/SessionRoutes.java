package dev.hawser.gateway.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.dialect.Fields;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.Position;
import dev.hawser.core.model.Reply;
import dev.hawser.core.model.Session;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.port.Ledger;
import dev.hawser.core.port.SessionView;
import dev.hawser.core.port.StoreException;
import dev.hawser.core.session.Sessions;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** {@code /v1/sessions}: create, list, look at. */
final class SessionRoutes {
    private static final int MAX_PAGE = 200;
    private static final long DEFAULT_PAGE = 50;
    private static final int MAX_CURSOR = 512;

    private final Sessions sessions;
    private final Commands commands;
    private final int maxBody;

    SessionRoutes(Sessions sessions, Commands commands, int maxBody) {
        this.sessions = sessions;
        this.commands = commands;
        this.maxBody = maxBody;
    }

    List<Route> routes() {
        return List.of(
                new Route("POST", "/v1/sessions", Access.USER, this::create),
                new Route("GET", "/v1/sessions", Access.USER, this::list),
                new Route("GET", "/v1/sessions/{id}", Access.USER, this::get),
                new Route("GET", "/v1/sessions/{id}/snapshot", Access.USER, this::snapshot));
    }

    private Response create(Request request) throws IOException, InterruptedException {
        Fields body = Bodies.fieldsIfAny(request, maxBody);
        Command.CreateSession command =
                new Command.CreateSession(body.id(SessionId::new, "sessionId"), body.object("metadata"));
        Reply.SessionOpened opened = commands.run(request.caller(), command, Reply.SessionOpened.class);
        return Response.json(opened.created() ? 201 : 200, json(view(sessions, request, opened.session())));
    }

    private Response list(Request request) throws InterruptedException {
        int size = request.limit(DEFAULT_PAGE, MAX_PAGE);
        ArrayNode list = Json.MAPPER.createArrayNode();
        Ledger.SessionPage page = page(request, cursor -> sessions.list(request.principal(), cursor, size));
        positions(page.sessions()).forEach((session, position) -> list.add(json(session, position)));
        ObjectNode answer = Json.object();
        answer.set("sessions", list);
        if (page.next() != null) {
            answer.put("nextCursor", page.next());
        }
        return Response.json(200, answer);
    }

    /** Each look-up waits for its turn in the store, so they wait together. */
    private Map<Session, Position> positions(List<Session> page) throws InterruptedException {
        Map<Session, Position> positions = new LinkedHashMap<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Optional<Position>>> found = threads.invokeAll(page.stream()
                    .<Callable<Optional<Position>>>map(session -> () -> sessions.position(session.key())).toList());
            for (int i = 0; i < page.size(); i++) {
                Session session = page.get(i);
                found.get(i).get().ifPresent(position -> positions.put(session, position));
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof StoreException store ? store : new IllegalStateException(e.getCause());
        }
        return positions;
    }

    /** The page that the request's cursor leads to. */
    static Ledger.SessionPage page(Request request, Function<String, Ledger.SessionPage> pages) {
        String cursor = request.target().parameter("cursor").orElse(null);
        try {
            if (cursor == null || cursor.length() <= MAX_CURSOR) {
                return pages.apply(cursor);
            }
        } catch (IllegalArgumentException e) {
            throw Refusal.of(Code.INVALID_MESSAGE, "'cursor' is none that was given out");
        }
        throw Refusal.of(Code.INVALID_MESSAGE, "'cursor' is none that was given out");
    }

    private Response get(Request request) {
        return Response.json(200, json(view(sessions, request, request.id("id", SessionId::new))));
    }

    private Response snapshot(Request request) {
        SessionView view = view(sessions, request, request.id("id", SessionId::new));
        ObjectNode snapshot = Json.MAPPER.valueToTree(sessions.snapshot(view.session().key()));
        return Response.json(200, snapshot.put("epoch", view.position().epoch().value()));
    }

    /** The session, where the principal may see it; what is foreign is as missing. */
    static SessionView view(Sessions sessions, Request request, SessionId id) {
        return sessions.view(request.principal(), id).orElseThrow(() -> Refusal.of(Code.NOT_FOUND));
    }

    static ObjectNode json(SessionView view) {
        return json(view.session(), view.position());
    }

    private static ObjectNode json(Session session, Position position) {
        ObjectNode json = Json.object()
                .put("sessionId", session.key().session().value())
                .put("epoch", position.epoch().value())
                .put("lastSequence", position.last())
                .put("createdAt", Json.time(session.createdAt()));
        json.set("metadata", session.metadata() == null ? Json.object() : session.metadata());
        return json;
    }
}
