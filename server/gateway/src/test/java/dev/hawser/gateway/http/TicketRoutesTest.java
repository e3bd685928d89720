package dev.hawser.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.gateway.http.FakeExchange.Answer;
import dev.hawser.gateway.identity.OneTimeTickets;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TicketRoutesTest extends WithApi {

    private String ticket() {
        return kit.send(kit.ann("POST", "/v1/tickets")).json().path("ticket").textValue();
    }

    private Answer use(String ticket) {
        return kit.send(new FakeExchange("GET", "/v1/sessions?ticket=" + ticket));
    }

    @Test
    void aTicketIsMadeAndToldItsEnd() {
        Answer answer = kit.send(kit.ann("POST", "/v1/tickets"));
        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(answer.json().path("ticket").textValue()).matches("YWNtZQ\\.[A-Za-z0-9_-]{43}");
        assertThat(Duration.between(kit.now, Instant.parse(answer.json().path("expiresAt").textValue())))
                .isBetween(Duration.ofMillis(29_998), Duration.ofSeconds(30));
    }

    @Test
    void itLetsInOnceAsItsMaker() {
        String session = kit.session();
        String ticket = ticket();
        Answer answer = use(ticket);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("sessions").get(0).path("sessionId").textValue()).isEqualTo(session);
        Answer again = use(ticket);
        assertThat(again.status()).isEqualTo(401);
        assertThat(again.json().path("code").textValue()).isEqualTo("AUTH_INVALID");
        assertThat(again.header("WWW-Authenticate")).isEqualTo("Bearer error=\"invalid_token\"");
        assertThat(again.text()).doesNotContain(ticket);
    }

    @Test
    void ticketsOfOneUserDiffer() {
        assertThat(Set.of(ticket(), ticket(), ticket())).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"authorization", "query", "cookie"})
    void everyCredentialMakesOne(String carrier) {
        String token = kit.token("acme", "ann");
        FakeExchange exchange = switch (carrier) {
            case "authorization" -> new FakeExchange("POST", "/v1/tickets").bearer(token);
            case "query" -> new FakeExchange("POST", "/v1/tickets?token=" + token);
            default -> new FakeExchange("POST", "/v1/tickets").with("Cookie", "__session=" + token)
                    .with("Origin", ApiKit.ORIGIN);
        };
        assertThat(kit.send(exchange).status()).isEqualTo(201);
    }

    @Test
    void nobodyMakesOneWithoutACredential() {
        assertThat(kit.send(new FakeExchange("POST", "/v1/tickets")).status()).isEqualTo(401);
        assertThat(kit.send(new FakeExchange("POST", "/v1/tickets").bearer("bad")).status()).isEqualTo(401);
        assertThat(kit.send(new FakeExchange("POST", "/v1/tickets").bearer(ApiKit.WORKER_KEY)).status()).isEqualTo(401);
    }

    @Test
    void aTicketMakesNoTicketAndIsNotUsedUpByTheAttempt() {
        String ticket = ticket();
        Answer answer = kit.send(new FakeExchange("POST", "/v1/tickets?ticket=" + ticket));
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.json().path("code").textValue()).isEqualTo("FORBIDDEN");
        assertThat(use(ticket).status()).isEqualTo(200);
    }

    @Test
    void itCarriesNoScope() {
        String operator = kit.token("acme", "op", "operator", "worker");
        FakeExchange make = new FakeExchange("POST", "/v1/tickets").bearer(operator);
        String first = kit.send(make).json().path("ticket").textValue();
        assertThat(kit.send(new FakeExchange("POST", "/v1/admin/notices?ticket=" + first).json("{}")).status())
                .isEqualTo(403);
        String second = kit.send(new FakeExchange("POST", "/v1/tickets").bearer(operator)).json().path("ticket").textValue();
        assertThat(kit.send(new FakeExchange("POST", "/v1/runs/r/events?ticket=" + second).json("{}")).status())
                .isEqualTo(403);
    }

    @Test
    void itsTimeIsThirtySeconds() {
        String early = ticket();
        String late = ticket();
        kit.now = kit.now.plusMillis(29_900);
        assertThat(use(early).status()).isEqualTo(200);
        kit.now = kit.now.plusMillis(100);
        assertThat(use(late).json().path("code").textValue()).isEqualTo("AUTH_INVALID");
    }

    @Test
    void itDoesNotOutliveTheCredentialThatMadeIt() {
        String token = kit.identity.issue("acme", "ann", Duration.ofSeconds(10), Set.of());
        String ticket = kit.send(new FakeExchange("POST", "/v1/tickets").bearer(token)).json().path("ticket").textValue();
        kit.now = kit.now.plusSeconds(15);
        Answer answer = use(ticket);
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.json().path("code").textValue()).isEqualTo("AUTH_EXPIRED");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "x", ".", "..", "YWNtZQ", "YWNtZQ.", ".AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "YWNtZQ.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "YWNtZQ.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "*.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "AA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "_____w.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "YWNtZQ.%00AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "YWNtZQ.%C3%A4AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "%27%20OR%20%271%27=%271"})
    void garbageIsRefusedAsAnyOther(String ticket) {
        Answer answer = use(ticket);
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.json().path("detail").textValue()).isEqualTo("The credential is not valid");
    }

    @Test
    void anOverlongOneIsRefused() {
        assertThat(use("YWNtZQ.".repeat(500) + "A".repeat(43)).status()).isEqualTo(401);
        assertThat(use("A".repeat(100_000)).status()).isEqualTo(401);
        assertThat(use("A".repeat(1024) + "." + "A".repeat(43)).status()).isEqualTo(401);
    }

    @Test
    void aChangedOneLeadsNowhere() {
        String ticket = ticket();
        String other = "Z2xvYmV4" + ticket.substring(ticket.indexOf('.'));
        char last = ticket.charAt(ticket.length() - 1);
        assertThat(use(other).status()).isEqualTo(401);
        assertThat(use(ticket.substring(0, ticket.length() - 1) + (last == 'A' ? 'B' : 'A')).status()).isEqualTo(401);
        assertThat(use("YWNtZR" + ticket.substring(6)).status()).as("another writing of the same tenant").isEqualTo(401);
        assertThat(use(ticket).status()).isEqualTo(200);
    }

    @Test
    void tenantsOfEveryNameHaveTickets() {
        for (String tenant : new String[] {"a", "münchen & söhne", "a.b", "日".repeat(256), "../..", "x'y"}) {
            String token = kit.token(tenant, "ann");
            String ticket = kit.send(new FakeExchange("POST", "/v1/tickets").bearer(token)).json().path("ticket").textValue();
            assertThat(use(ticket).status()).as(tenant).isEqualTo(200);
            assertThat(use(ticket).status()).as(tenant).isEqualTo(401);
        }
    }

    @Test
    void onlySoManyWaitToBeUsed() {
        String first = ticket();
        for (int i = 1; i < OneTimeTickets.MOST; i++) {
            ticket();
        }
        Answer answer = kit.send(kit.ann("POST", "/v1/tickets"));
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.json().path("code").textValue()).isEqualTo("RATE_LIMITED");
        assertThat(answer.json().path("retryAfterMs").longValue()).isPositive();
        assertThat(answer.header("Retry-After")).isEqualTo("30");
        assertThat(kit.send(new FakeExchange("POST", "/v1/tickets").bearer(kit.token("acme", "bob"))).status())
                .isEqualTo(201);
        assertThat(use(first).status()).isEqualTo(200);
        assertThat(kit.send(kit.ann("POST", "/v1/tickets")).status()).isEqualTo(201);
    }

    @Test
    void anonymousMakesThemToo(@TempDir Path other) throws IOException {
        try (ApiKit open = new ApiKit(other, true, 1000)) {
            String ticket = open.send(new FakeExchange("POST", "/v1/tickets")).json().path("ticket").textValue();
            assertThat(open.send(new FakeExchange("GET", "/v1/sessions?ticket=" + ticket)).status()).isEqualTo(200);
            assertThat(open.send(new FakeExchange("GET", "/v1/sessions?ticket=" + ticket)).status()).isEqualTo(401);
        }
    }
}
