package dev.hawser.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.ToolCall;
import dev.hawser.core.model.ToolOutcome;
import dev.hawser.gateway.http.FakeExchange.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceRoutesTest {
    @TempDir
    Path data;
    private ApiKit kit;

    @BeforeEach
    void open() throws IOException {
        kit = new ApiKit(data);
    }

    @AfterEach
    void close() {
        kit.close();
    }

    private HeldDevice connect(String user, String device, String... tools) {
        return HeldDevice.of(kit, user, device, tools);
    }

    private CompletableFuture<Answer> call(FakeExchange request) {
        return CompletableFuture.supplyAsync(() -> kit.send(request), command -> Thread.ofVirtual().start(command));
    }

    private FakeExchange locate(String body) {
        return kit.ann("POST", "/v1/devices/phone/tools/locate").json(body);
    }

    private static Answer await(CompletableFuture<Answer> answer) throws Exception {
        return answer.get(60, TimeUnit.SECONDS);
    }

    @Test
    void ownDevicesAreListedTheLatestFirst() {
        assertThat(kit.send(kit.ann("GET", "/v1/devices")).text()).isEqualTo("{\"devices\":[]}");
        connect("ann", "phone", "locate");
        connect("ann", "tablet");
        connect("bob", "phone", "steal");
        JsonNode devices = kit.send(kit.ann("GET", "/v1/devices")).json().path("devices");
        assertThat(devices).extracting(device -> device.path("deviceId").textValue()).containsExactly("tablet", "phone");
        assertThat(devices.get(1).path("tools").get(0)).isEqualTo(Json.object().put("name", "locate"));
        assertThat(devices.get(1).path("agentIds").isArray()).isTrue();
        assertThat(devices.get(1).path("connectedAt").textValue()).matches("\\d{4}-.*Z");
    }

    @Test
    void aToolIsCalledWithItsArgumentsAndAnswersItsResult() throws Exception {
        try (HeldDevice phone = HeldDevice.of(kit, "ann", "phone", "locate")) {
            CompletableFuture<Answer> answer = call(locate("{\"arguments\":{\"n\":1.50},\"timeoutMs\":60000}"));
            ToolCall call = phone.answer(ToolOutcome.returned(Json.object().put("lat", 52)));
            assertThat(call.tool()).isEqualTo("locate");
            assertThat(call.arguments().toString()).isEqualTo("{\"n\":1.50}");
            assertThat(call.asker()).isNull();
            assertThat(Duration.between(call.createdAt(), call.deadline())).isEqualTo(Duration.ofMinutes(1));
            assertThat(await(answer).status()).isEqualTo(200);
            assertThat(await(answer).text()).isEqualTo("{\"result\":{\"lat\":52}}");
        }
    }

    @Test
    void aToolThatGivesNothingHasWorked() throws Exception {
        try (HeldDevice phone = HeldDevice.of(kit, "ann", "phone", "locate")) {
            CompletableFuture<Answer> answer = call(kit.ann("POST", "/v1/devices/phone/tools/locate"));
            assertThat(phone.answer(ToolOutcome.returned(null)).arguments().toString()).isEqualTo("{}");
            assertThat(await(answer).text()).isEqualTo("{\"result\":null}");
        }
    }

    @Test
    void aToolThatFailsOnTheDeviceAnswersItsError() throws Exception {
        try (HeldDevice phone = HeldDevice.of(kit, "ann", "phone", "locate")) {
            CompletableFuture<Answer> answer = call(locate("{}"));
            phone.answer(ToolOutcome.failed(Json.object().put("why", "no sky")));
            assertThat(await(answer).status()).isEqualTo(200);
            assertThat(await(answer).text()).isEqualTo("{\"error\":{\"why\":\"no sky\"}}");
        }
    }

    @ParameterizedTest
    @CsvSource({"/v1/devices/none/tools/locate", "/v1/devices/phone/tools/other", "/v1/devices/bobs/tools/locate",
        "/v1/devices/%00/tools/locate", "/v1/devices/phone/tools/locate%20"})
    void whatIsNotThereIsMissing(String target) {
        connect("ann", "phone", "locate");
        connect("bob", "bobs", "locate");
        Answer answer = kit.send(kit.ann("POST", target).json("{}"));
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.json().path("code").textValue()).isEqualTo("NOT_FOUND");
    }

    @Test
    void aDeviceThatWasThereIsOffline() {
        connect("ann", "phone", "locate").leave();
        Answer answer = kit.send(locate("{}"));
        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.json().path("code").textValue()).isEqualTo("DEVICE_OFFLINE");
        assertThat(kit.send(kit.ann("POST", "/v1/devices/phone/tools/other").json("{}")).status()).isEqualTo(404);
    }

    @Test
    void aDeviceThatLeavesBeforeItAnswersIsOffline() throws Exception {
        CompletableFuture<Answer> answer;
        try (HeldDevice phone = HeldDevice.of(kit, "ann", "phone", "locate")) {
            answer = call(locate("{}"));
            phone.called();
        }
        assertThat(await(answer).status()).isEqualTo(409);
        assertThat(await(answer).json().path("code").textValue()).isEqualTo("DEVICE_OFFLINE");
    }

    @Test
    void aDeviceThatDoesNotAnswerIsTooLate() throws Exception {
        try (HeldDevice phone = HeldDevice.of(kit, "ann", "phone", "locate")) {
            CompletableFuture<Answer> answer = call(locate("{\"timeoutMs\":5000}"));
            ToolCall call = phone.called();
            kit.devices.sweep(call.deadline().minusMillis(1));
            assertThat(answer).isNotDone();
            kit.devices.sweep(call.deadline());
            assertThat(await(answer).status()).isEqualTo(504);
            assertThat(await(answer).json().path("code").textValue()).isEqualTo("TIMEOUT");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"timeoutMs\":0}", "{\"timeoutMs\":600001}", "{\"timeoutMs\":-1}", "{\"timeoutMs\":\"5\"}",
        "{\"timeoutMs\":1.5}", "{\"arguments\":[]}", "{\"arguments\":\"x\"}", "[]", "nonsense"})
    void badBodiesAreRefused(String body) {
        connect("ann", "phone", "locate");
        Answer answer = kit.send(locate(body));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("code").textValue()).isEqualTo("INVALID_MESSAGE");
    }

    @Test
    void aRepeatedRequestIsHandedOverOnceAndToldTheSame() throws Exception {
        try (HeldDevice phone = HeldDevice.of(kit, "ann", "phone", "locate", "ring");
                HeldDevice bobs = HeldDevice.of(kit, "bob", "phone", "locate")) {
            CompletableFuture<Answer> first = call(locate("{}").with("Idempotency-Key", "k1"));
            phone.called();
            CompletableFuture<Answer> second = call(locate("{}").with("Idempotency-Key", "k1"));
            CompletableFuture<Answer> other = call(locate("{}"));
            ToolCall call = phone.called();
            assertThat(call).as("the third request's").isNotNull();
            assertThat(kit.send(kit.ann("POST", "/v1/devices/phone/tools/ring").json("{}").with("Idempotency-Key", "k1"))
                    .status()).isEqualTo(409);
            phone.leave();
            assertThat(await(first).text()).isEqualTo(await(second).text()).contains("DEVICE_OFFLINE");
            assertThat(await(other).status()).isEqualTo(409);
            assertThat(kit.send(locate("{}").with("Idempotency-Key", "k1")).text()).isEqualTo(await(first).text());
            CompletableFuture<Answer> bob = call(new FakeExchange("POST", "/v1/devices/phone/tools/locate")
                    .bearer(kit.token("acme", "bob")).json("{}").with("Idempotency-Key", "k1"));
            bobs.answer(ToolOutcome.returned(Json.object()));
            assertThat(await(bob).status()).isEqualTo(200);
        }
    }
}
