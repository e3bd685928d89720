package dev.hawser.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.EventType;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.RunStatus;
import dev.hawser.gateway.http.FakeExchange.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenApiTest {
    private static final Set<String> METHODS =
            Set.of("get", "put", "post", "delete", "patch", "options", "head", "trace");

    @TempDir
    Path data;
    private ApiKit kit;
    private JsonNode document;

    @BeforeEach
    void open() throws IOException {
        kit = new ApiKit(data);
        Answer answer = kit.send(new FakeExchange("GET", "/openapi.json"));
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        document = answer.json();
    }

    @AfterEach
    void close() {
        kit.close();
    }

    @Test
    void everyRouteIsDescribedAndNothingElse() {
        Set<String> described = new TreeSet<>();
        operations().forEach((name, _) -> described.add(name));
        Set<String> routes = kit.routes.stream().map(route -> route.method() + " " + route.template())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(described).isEqualTo(routes);
        assertThat(document.path("openapi").textValue()).startsWith("3.1.");
    }

    @Test
    void operationsAskForWhatTheirRoutesDo() {
        Map<String, JsonNode> operations = operations();
        for (Route route : kit.routes) {
            JsonNode operation = operations.get(route.method() + " " + route.template());
            assertThat(operation.path("security").isEmpty()).as(route.template())
                    .isEqualTo(route.access() == Access.PUBLIC);
            assertThat(operation.path("responses").has("401")).isEqualTo(route.access() != Access.PUBLIC && route.access() != Access.SIGNED);
            assertThat(operation.path("responses").has("403")).isTrue();
            assertThat(operation.path("summary").textValue()).isNotBlank();
            Set<String> variables = new HashSet<>();
            Arrays.stream(route.template().split("/")).filter(part -> part.startsWith("{"))
                    .forEach(part -> variables.add(part.substring(1, part.length() - 1)));
            Set<String> parameters = new HashSet<>();
            document.path("paths").path(route.template()).path("parameters")
                    .forEach(parameter -> parameters.add(resolve(parameter).path("name").textValue()));
            assertThat(parameters).isEqualTo(variables);
        }
        List<String> ids = operations.values().stream().map(operation -> operation.path("operationId").textValue())
                .toList();
        assertThat(ids).doesNotContainNull().doesNotHaveDuplicates();
    }

    @Test
    void everyReferenceLeadsSomewhereAndEveryComponentIsUsed() {
        List<String> references = new ArrayList<>();
        document.findValuesAsText("$ref").forEach(references::add);
        assertThat(references).isNotEmpty().allSatisfy(
                reference -> assertThat(document.at(reference.substring(1)).isMissingNode()).as(reference).isFalse());
        for (String kind : new String[] {"schemas", "responses", "parameters"}) {
            document.path("components").path(kind).fieldNames().forEachRemaining(
                    name -> assertThat(references).contains("#/components/" + kind + "/" + name));
        }
    }

    @Test
    void enumerationsAreThoseOfTheModel() {
        assertThat(texts("EventType")).containsExactlyElementsOf(
                Arrays.stream(EventType.values()).map(EventType::wire).toList());
        assertThat(texts("Code")).containsExactlyElementsOf(Arrays.stream(Code.values()).map(Code::name).toList());
        assertThat(texts("RunStatus"))
                .containsExactlyElementsOf(Arrays.stream(RunStatus.values()).map(RunStatus::wire).toList());
        List<String> agents = new ArrayList<>();
        schema("AgentEvent").path("properties").path("type").path("enum")
                .forEach(value -> agents.add(value.textValue()));
        assertThat(agents).containsExactlyElementsOf(
                Arrays.stream(EventType.values()).filter(EventType::byAgent).map(EventType::wire).toList());
    }

    @Test
    void answersHaveTheFieldsThatAreDescribed() {
        String session = kit.session();
        String run = kit.run(session, "hello");
        kit.begin(run);
        assertFields("Session", kit.send(kit.ann("GET", "/v1/sessions/" + session)).json());
        assertFields("Session", kit.send(kit.ann("GET", "/v1/sessions")).json().path("sessions").get(0));
        assertFields("Run", kit.send(kit.ann("GET", "/v1/runs/" + run)).json());
        assertFields("Snapshot", kit.send(kit.ann("GET", "/v1/sessions/" + session + "/snapshot")).json());
        assertFields("EventPage", kit.send(kit.ann("GET", "/v1/sessions/" + session + "/events")).json());
        assertFields("EventPage", kit.send(kit.ann("GET", "/v1/sessions/" + session + "/events?after=99")).json());
        assertFields("Presence", kit.send(kit.ann("GET", "/v1/sessions/" + session + "/presence")).json());
        assertFields("Ticket", kit.send(kit.ann("POST", "/v1/tickets")).json());
        JsonNode claimed = kit.send(new FakeExchange("POST", "/v1/workers/claim").bearer(ApiKit.WORKER_KEY)
                .json(example("/v1/workers/claim"))).json().path("runs");
        assertThat(claimed).isEmpty();
        String pulled = kit.run(kit.session(), "pulled");
        claimed = kit.send(new FakeExchange("POST", "/v1/workers/claim").bearer(ApiKit.WORKER_KEY).json("{}")).json()
                .path("runs").get(0);
        assertFields("ClaimedRun", claimed);
        assertFields("Heartbeat", kit.send(new FakeExchange("POST", "/v1/runs/" + pulled + "/heartbeat")
                .bearer(claimed.path("runToken").textValue())).json());
        assertFields("Problem", kit.send(kit.ann("GET", "/nowhere")).json());
        assertFields("Health", kit.send(new FakeExchange("GET", "/health/ready")).json());
    }

    @Test
    void examplesOfBodiesAreAccepted() {
        assertThat(kit.send(kit.ann("POST", "/v1/sessions").json(example("/v1/sessions"))).status()).isEqualTo(201);
        String session = kit.session();
        assertThat(kit.send(kit.ann("POST", "/v1/sessions/" + session + "/runs")
                .json(example("/v1/sessions/{id}/runs")))
                .status()).isEqualTo(202);
        assertThat(kit.send(new FakeExchange("POST", "/v1/admin/notices").bearer(kit.token("acme", "op", "operator"))
                .json(example("/v1/admin/notices"))).status()).isEqualTo(202);
        String run = kit.run(kit.session(), "x");
        kit.begin(run);
        assertThat(kit.send(new FakeExchange("POST", "/v1/runs/" + run + "/events").bearer(ApiKit.WORKER_KEY)
                .json(example("/v1/runs/{id}/events"))).status()).isEqualTo(200);
    }

    private String example(String path) {
        return new String(Json.bytes(document.path("paths").path(path).path("post").path("requestBody").path("content")
                .path("application/json").path("example")), StandardCharsets.UTF_8);
    }

    private void assertFields(String schema, JsonNode value) {
        Set<String> fields = new HashSet<>();
        value.fieldNames().forEachRemaining(fields::add);
        Set<String> known = new HashSet<>();
        schema(schema).path("properties").fieldNames().forEachRemaining(known::add);
        Set<String> required = new HashSet<>();
        schema(schema).path("required").forEach(name -> required.add(name.textValue()));
        assertThat(known).as(schema).containsAll(fields);
        assertThat(fields).as(schema).containsAll(required);
    }

    private Map<String, JsonNode> operations() {
        Map<String, JsonNode> operations = new TreeMap<>();
        document.path("paths").properties().forEach(path -> path.getValue().properties().stream()
                .filter(field -> METHODS.contains(field.getKey()))
                .forEach(field -> operations.put(
                        field.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey(), field.getValue())));
        return operations;
    }

    private JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? document.at(node.path("$ref").textValue().substring(1)) : node;
    }

    private JsonNode schema(String name) {
        return document.path("components").path("schemas").path(name);
    }

    private List<String> texts(String schema) {
        List<String> texts = new ArrayList<>();
        schema(schema).path("enum").forEach(value -> texts.add(value.textValue()));
        return texts;
    }
}
