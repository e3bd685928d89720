package dev.hawser.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.gateway.config.IdentityConfig.Membership;
import dev.hawser.gateway.http.FakeExchange.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemberRoutesTest {
    private static final String ACME = "/v1/admin/tenants/acme";
    private static final String ANN = ACME + "/members/ann";

    @TempDir
    Path data;
    private ApiKit kit;

    @BeforeEach
    void open() throws IOException {
        kit = new ApiKit(data, false, 1000, Membership.STORE);
    }

    @AfterEach
    void close() {
        kit.close();
    }

    private Answer operator(String method, String target, String body) {
        FakeExchange exchange = new FakeExchange(method, target).bearer(kit.token("hq", "op", "operator"));
        return kit.send(body == null ? exchange : exchange.json(body));
    }

    private Answer put(String target) {
        return operator("PUT", target, null);
    }

    private int annMayListHerSessions() {
        return kit.send(kit.ann("GET", "/v1/sessions")).status();
    }

    @Test
    void aMembershipIsGivenAndTaken() {
        assertThat(annMayListHerSessions()).isEqualTo(403);
        assertThat(put(ACME).json().toString()).isEqualTo("{\"tenant\":\"acme\",\"active\":true}");
        assertThat(annMayListHerSessions()).isEqualTo(403);
        String ann = "{\"tenant\":\"acme\",\"user\":\"ann\",\"issuer\":\"hawser-development\",\"subject\":\"ann\",\"active\":";
        assertThat(put(ANN).json().toString()).isEqualTo(ann + "true}");
        assertThat(annMayListHerSessions()).isEqualTo(200);
        assertThat(operator("PUT", ANN, "{\"active\":false}").json().toString()).isEqualTo(ann + "false}");
        assertThat(annMayListHerSessions()).isEqualTo(403);
        assertThat(operator("GET", ANN, null).json().toString()).isEqualTo(ann + "false}");
        put(ANN);
        assertThat(annMayListHerSessions()).isEqualTo(200);
        assertThat(operator("PUT", ACME, "{\"active\":false}").status()).isEqualTo(200);
        assertThat(annMayListHerSessions()).isEqualTo(403);
        put(ACME);
        assertThat(annMayListHerSessions()).isEqualTo(200);
        assertThat(operator("DELETE", ANN, null).status()).isEqualTo(204);
        assertThat(annMayListHerSessions()).isEqualTo(403);
    }

    @Test
    void theRefusalSaysWhyWithoutAChallenge() {
        Answer answer = kit.send(kit.ann("GET", "/v1/sessions"));
        assertThat(answer.json().path("code").textValue()).isEqualTo("FORBIDDEN");
        assertThat(answer.json().path("detail").textValue()).contains("no active membership");
        assertThat(answer.header("WWW-Authenticate")).isNull();
    }

    @Test
    void everyRequestMayBeRepeated() {
        for (int i = 0; i < 2; i++) {
            assertThat(put(ACME).status()).isEqualTo(200);
            assertThat(put(ANN).status()).isEqualTo(200);
        }
        for (int i = 0; i < 2; i++) {
            assertThat(operator("DELETE", ANN, null).status()).isEqualTo(204);
            assertThat(operator("GET", ANN, null).status()).isEqualTo(404);
        }
        for (int i = 0; i < 2; i++) {
            assertThat(operator("DELETE", ACME, null).status()).isEqualTo(204);
            assertThat(operator("GET", ACME, null).status()).isEqualTo(404);
        }
    }

    @Test
    void whatIsLeftOutStaysAsItIs() {
        put(ACME);
        operator("PUT", ANN, "{\"issuer\":\"https://id.example.com\",\"subject\":\"s-1\"}");
        JsonNode off = operator("PUT", ANN, "{\"active\":false}").json();
        assertThat(off.path("issuer").textValue()).isEqualTo("https://id.example.com");
        assertThat(off.path("subject").textValue()).isEqualTo("s-1");
        assertThat(operator("PUT", ANN, "{\"subject\":\"s-2\"}").json().path("issuer").textValue())
                .isEqualTo("https://id.example.com");
    }

    @Test
    void aUserMayBearAnotherNameThanItsSubject() {
        put(ACME);
        operator("PUT", ACME + "/members/Ann%20Example", "{\"subject\":\"ann\"}");
        assertThat(annMayListHerSessions()).isEqualTo(200);
        Answer taken = operator("PUT", ACME + "/members/somebody", "{\"subject\":\"ann\"}");
        assertThat(taken.status()).isEqualTo(409);
        assertThat(taken.json().path("code").textValue()).isEqualTo("CONFLICT");
    }

    @Test
    void membersComeInPages() {
        put(ACME);
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            put(ACME + "/members/u" + i);
            expected.add("u" + i);
        }
        List<String> read = new ArrayList<>();
        String cursor = "";
        while (cursor != null) {
            JsonNode page = operator("GET", ACME + "/members?limit=3" + cursor, null).json();
            page.path("members").forEach(member -> read.add(member.path("user").textValue()));
            cursor = page.has("nextCursor") ? "&cursor=" + page.path("nextCursor").textValue() : null;
        }
        assertThat(read).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "PUT|/v1/admin/tenants/acme|{\"active\":1}|400", "PUT|/v1/admin/tenants/acme|[]|400",
        "PUT|/v1/admin/tenants/acme|{|400", "PUT|/v1/admin/tenants/acme%0A|{}|400",
        "PUT|/v1/admin/tenants/acme/members/ann|{\"active\":\"no\"}|400",
        "PUT|/v1/admin/tenants/acme/members/ann|{\"issuer\":\"\"}|400",
        "PUT|/v1/admin/tenants/acme/members/ann|{\"issuer\":7}|400",
        "PUT|/v1/admin/tenants/acme/members/ann|{\"subject\":\"\\u0000\"}|400",
        "PUT|/v1/admin/tenants/acme/members/%00|{}|400", "PUT|/v1/admin/tenants/nowhere/members/ann|{}|404",
        "GET|/v1/admin/tenants/nowhere||404", "GET|/v1/admin/tenants/nowhere/members||404",
        "GET|/v1/admin/tenants/acme/members/nobody||404", "GET|/v1/admin/tenants/%00||404",
        "GET|/v1/admin/tenants/acme/members?limit=0||400",
        "GET|/v1/admin/tenants/acme/members?cursor=%00||400", "POST|/v1/admin/tenants/acme|{}|405",
        "DELETE|/v1/admin/tenants/%00||404"})
    void whatIsWrongIsToldSo(String method, String target, String body, int status) {
        put(ACME);
        Answer answer = operator(method, target, body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.json().path("code").textValue()).isNotEmpty();
    }

    @Test
    void namesOfTheGreatestLengthAreTaken() {
        String longest = "n".repeat(256);
        assertThat(put("/v1/admin/tenants/" + longest).status()).isEqualTo(200);
        assertThat(put("/v1/admin/tenants/" + longest + "/members/" + longest).status()).isEqualTo(200);
        assertThat(put("/v1/admin/tenants/" + longest + "n").status()).isEqualTo(400);
        assertThat(operator("PUT", "/v1/admin/tenants/" + longest + "/members/u", "{\"subject\":\"" + longest + "n\"}")
                .status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "worker"})
    void onlyAnOperatorIsLetIn(String scope) {
        put(ACME);
        put(ACME + "/members/ann");
        String token = scope.isEmpty() ? kit.token("acme", "ann") : kit.token("acme", "ann", scope);
        for (String method : new String[] {"GET", "PUT", "DELETE"}) {
            for (String target : new String[] {ACME, ANN}) {
                assertThat(kit.send(new FakeExchange(method, target).bearer(token)).status()).isEqualTo(403);
            }
        }
        assertThat(annMayListHerSessions()).isEqualTo(200);
    }

    @Test
    void whoIsShutOutHasNoUseForATicket() {
        put(ACME);
        put(ANN);
        String first = kit.send(kit.ann("POST", "/v1/tickets")).json().path("ticket").textValue();
        String second = kit.send(kit.ann("POST", "/v1/tickets")).json().path("ticket").textValue();
        assertThat(kit.send(new FakeExchange("GET", "/v1/sessions?ticket=" + first)).status()).isEqualTo(200);
        operator("PUT", ANN, "{\"active\":false}");
        assertThat(kit.send(new FakeExchange("GET", "/v1/sessions?ticket=" + second)).status()).isEqualTo(403);
    }
}
