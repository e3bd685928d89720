package dev.hawser.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.ConnectionId;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an operator sees of other people's sessions, runs and wires. */
class AdminRoutesTest {
    @TempDir
    Path data;
    private ApiKit kit;
    private String session;
    private String run;

    @BeforeEach
    void open() throws IOException {
        kit = new ApiKit(data);
        session = kit.session();
        run = kit.run(session, "hello");
    }

    @AfterEach
    void close() {
        kit.close();
    }

    private FakeExchange operator(String tenant, String method, String target) {
        return new FakeExchange(method, target).bearer(kit.token(tenant, "olga", "operator"));
    }

    private JsonNode see(String target) {
        FakeExchange.Answer answer = kit.send(operator("acme", "GET", target));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    @Test
    void sessionsOfEverybodyInTheTenantAreListedWithTheirRuns() {
        JsonNode seen = see("/v1/admin/sessions").path("sessions");
        assertThat(seen).hasSize(1);
        assertThat(seen.get(0).path("owner").textValue()).isEqualTo("ann");
        assertThat(seen.get(0).path("sessionId").textValue()).isEqualTo(session);
        assertThat(seen.get(0).path("runs").get(0).path("status").textValue()).isEqualTo("queued");
        assertThat(seen.get(0).path("watchers")).isEmpty();
    }

    @Test
    void anotherTenantIsSeenOnlyByItsName() {
        assertThat(kit.send(operator("globex", "GET", "/v1/admin/sessions")).json().path("sessions")).isEmpty();
        assertThat(kit.send(operator("globex", "GET", "/v1/admin/runs")).json().path("runs")).isEmpty();
        assertThat(kit.send(operator("globex", "GET", "/v1/admin/runs?tenant=acme")).json().path("runs")).hasSize(1);
        assertThat(kit.send(operator("globex", "GET", "/v1/admin/sessions/" + session + "/events")).status()).isEqualTo(404);
    }

    @Test
    void pagesOfSessionsFollowEachOther() {
        kit.session();
        JsonNode first = see("/v1/admin/sessions?limit=1");
        assertThat(first.path("sessions")).hasSize(1);
        JsonNode second = see("/v1/admin/sessions?limit=1&cursor=" + first.path("nextCursor").textValue());
        assertThat(second.path("sessions")).hasSize(1);
        assertThat(second.has("nextCursor")).isFalse();
        assertThat(second.path("sessions").get(0)).isNotEqualTo(first.path("sessions").get(0));
    }

    @Test
    void runsAreListedByTheirStatus() {
        assertThat(see("/v1/admin/runs").path("runs").get(0).path("userId").textValue()).isEqualTo("ann");
        assertThat(see("/v1/admin/runs?status=queued").path("runs")).hasSize(1);
        assertThat(see("/v1/admin/runs?status=failed").path("runs")).isEmpty();
    }

    @Test
    void theLogOfASessionIsReadAsItsOwnerReadsIt() {
        JsonNode events = see("/v1/admin/sessions/" + session + "/events?after=0&limit=10").path("events");
        assertThat(events.get(0).path("type").textValue()).isEqualTo("message.user");
        assertThat(events.get(0).path("runId").textValue()).isEqualTo(run);
    }

    @Test
    void whatWaitsForAPersonIsListed() {
        RunKey key = kit.begin(run);
        kit.emit(key, new EventBody.ApprovalRequired("a1", "pay", null, "why", null, null, null, null));
        JsonNode approvals = see("/v1/admin/approvals").path("approvals");
        assertThat(approvals).hasSize(1);
        assertThat(approvals.get(0).path("toolName").textValue()).isEqualTo("pay");
        assertThat(approvals.get(0).path("sessionId").textValue()).isEqualTo(session);
        assertThat(approvals.get(0).path("runId").textValue()).isEqualTo(run);
    }

    @Test
    void theNodeAndItsWiresAreSeen() {
        for (String tenant : List.of("acme", "globex")) {
            kit.live.add(new LiveWires.LiveWire(new ConnectionId("c-" + tenant), "standard", new TenantId(tenant),
                    new UserId("ann"), "127.0.0.1", List.of(new SessionId("s"))));
        }
        assertThat(see("/v1/admin/node").path("connections").intValue()).isEqualTo(2);
        assertThat(see("/v1/admin/connections").path("connections")).hasSize(2);
        JsonNode ours = see("/v1/admin/connections?tenant=acme").path("connections");
        assertThat(ours).hasSize(1);
        assertThat(ours.get(0).path("connectionId").textValue()).isEqualTo("c-acme");
        assertThat(ours.get(0).path("sessions").get(0).textValue()).isEqualTo("s");
    }

    @Test
    void theTailShowsEventsOfOneTenantAndOfTheTypesThatAreWanted() throws Exception {
        FakeExchange stream = operator("acme", "GET", "/v1/admin/tail?type=run.started");
        Thread thread = stream.start(kit.api);
        assertThat(stream.stream().next()).contains("retry");
        kit.begin(run);
        JsonNode event = stream.stream().nextData();
        assertThat(event.path("type").textValue()).isEqualTo("run.started");
        assertThat(event.path("sessionId").textValue()).isEqualTo(session);
        stream.stream().close();
        kit.run(session, "wakes the tail");
        thread.join(60_000);
        assertThat(thread.isAlive()).isFalse();
    }

    @Test
    void onlyAnOperatorDrains() {
        assertThat(kit.send(kit.ann("POST", "/v1/admin/drain")).status()).isEqualTo(403);
        assertThat(kit.drained).hasValue(0);
        assertThat(kit.send(operator("acme", "POST", "/v1/admin/drain")).status()).isEqualTo(202);
        assertThat(kit.drained).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/admin/runs?status=nope", "/v1/admin/runs?limit=0",
            "/v1/admin/sessions?cursor=x", "/v1/admin/tail?limit=x&tenant="})
    void nonsenseIsRefused(String target) {
        assertThat(kit.send(operator("acme", "GET", target)).status()).isEqualTo(400);
    }
}
