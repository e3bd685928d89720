package dev.hawser.gateway.e2e.authorization;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.Visibility;
import dev.hawser.gateway.e2e.authorization.Holding.Thing;
import dev.hawser.gateway.e2e.authorization.Rules.Outcome;
import dev.hawser.gateway.edge.RawPeer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every actor, operation and id over HTTP. What is foreign is told from what is missing by not one byte. */
class HttpAuthorizationTest {
    @TempDir
    Path data;
    @TempDir
    Path other;

    @ParameterizedTest
    @EnumSource(Visibility.class)
    void everyRequestIsAnsweredByTheRules(Visibility visibility) throws Exception {
        try (Neighbours all = Neighbours.meet(data, other, visibility)) {
            Estate estate = all.estate();
            for (HttpOperation operation : HttpOperation.values()) {
                for (Actor actor : Actor.values()) {
                    String missing = null;
                    for (Whose whose : Whose.values()) {
                        String what = operation + " by " + actor + " of " + whose + " (" + visibility + ")";
                        String id = operation.names == null ? null : estate.of(whose).id(operation.names);
                        Outcome expected = operation.names == null
                                ? Rules.unnamed(operation.door, actor)
                                : Rules.named(operation.door, actor, whose,
                                        operation.names == Thing.DEVICE ? Visibility.OWNER : visibility);
                        boolean streams = operation == HttpOperation.FOLLOW_EVENTS && expected == Outcome.DONE;
                        RawPeer.Answer answer =
                                ask(all, operation.request(id, all.token(actor)), streams);
                        check(what, operation, expected, answer);
                        if (expected == Outcome.MISSING) {
                            missing = missing == null ? answer.toString() : missing;
                            assertThat(answer.toString()).as(what).isEqualTo(missing);
                        }
                        if (expected == Outcome.DONE && operation.changes) {
                            estate.renew(whose);
                        }
                    }
                    estate.assertUntouched(operation + " by " + actor);
                }
            }
            for (Whose whose : new Whose[] {Whose.ANNS, Whose.BOBS, Whose.EVES}) {
                assertThat(estate.listed(whose).contains(estate.of(Whose.ANNS).session())).as("%s", whose).isEqualTo(
                        Rules.sees(Estate.owner(whose), Whose.ANNS, visibility));
            }
        }
    }

    @Test
    void everyRouteIsInTheTable() throws Exception {
        try (Neighbours all = Neighbours.meet(data, other, Visibility.OWNER);
                RawPeer peer = new RawPeer(all.site().address())) {
            peer.send("GET /openapi.json HTTP/1.1\nHost: h\n\n");
            JsonNode paths = Json.read(peer.answer().body().getBytes(StandardCharsets.UTF_8)).path("paths");
            TreeSet<String> routes = new TreeSet<>();
            paths.properties().forEach(path -> path.getValue().properties().forEach(method -> {
                if (!method.getKey().equals("parameters")) {
                    routes.add(method.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey());
                }
            }));
            // CreationTest has it: whoever creates names what shall be, not what is.
            assertThat(routes.remove("POST /v1/sessions")).isTrue();
            assertThat(routes.remove("POST /agui/{agent}")).isTrue();
            Set<String> tabled = Arrays.stream(HttpOperation.values()).map(HttpOperation::route)
                    .collect(Collectors.toSet());
            assertThat(tabled).isEqualTo(routes);
        }
    }

    private static RawPeer.Answer ask(Neighbours all, String request, boolean streams) throws IOException {
        try (RawPeer peer = new RawPeer(all.site().address())) {
            peer.send(request);
            return peer.answer(streams);
        }
    }

    private static void check(String what, HttpOperation operation, Outcome expected, RawPeer.Answer answer) {
        String said = what + ": " + answer;
        assertThat(answer.status()).as(said).isEqualTo(switch (expected) {
            case DONE -> operation.done;
            case MISSING -> 404;
            case FORBIDDEN -> 403;
            case NO_CREDENTIAL, EXPIRED, INVALID_CREDENTIAL -> 401;
        });
        if (expected == Outcome.DONE) {
            return;
        }
        JsonNode problem = Json.read(answer.body().getBytes(StandardCharsets.UTF_8));
        assertThat(answer.headers().get("content-type")).as(said).isEqualTo("application/problem+json");
        assertThat(problem.path("code").textValue()).as(said).isEqualTo(switch (expected) {
            case MISSING -> "NOT_FOUND";
            case FORBIDDEN -> "FORBIDDEN";
            case NO_CREDENTIAL, INVALID_CREDENTIAL -> "AUTH_INVALID";
            case EXPIRED -> "AUTH_EXPIRED";
            case DONE -> throw new IllegalStateException();
        });
    }
}
