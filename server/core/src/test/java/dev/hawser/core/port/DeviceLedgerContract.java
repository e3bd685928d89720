package dev.hawser.core.port;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.DeviceId;
import dev.hawser.core.model.DeviceKey;
import dev.hawser.core.model.DeviceOffer;
import dev.hawser.core.model.DeviceTool;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.ToolCall;
import dev.hawser.core.model.ToolCallId;
import dev.hawser.core.model.ToolOutcome;
import dev.hawser.core.model.UserId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The guarantees of {@link DeviceLedger}, for every adapter. */
public abstract class DeviceLedgerContract {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final Instant UNTIL = NOW.plusSeconds(86_400);
    private static final TenantId ACME = new TenantId("acme");
    private static final TenantId OTHER = new TenantId("other");
    private static final ToolOutcome DONE = ToolOutcome.returned(Json.object().put("ok", true));
    private static final ToolOutcome LOST = ToolOutcome.without(Fault.of(Code.DEVICE_OFFLINE));

    private PortUnderTest<DeviceLedger> underTest;
    private DeviceLedger devices;

    /** A fresh, empty adapter. */
    protected abstract PortUnderTest<DeviceLedger> open() throws Exception;

    @BeforeEach
    void begin() throws Exception {
        underTest = open();
        devices = underTest.port();
    }

    @AfterEach
    void end() throws Exception {
        underTest.close().close();
    }

    private static DeviceKey device(TenantId tenant, String user, String device) {
        return new DeviceKey(tenant, new UserId(user), new DeviceId(device));
    }

    private static DeviceKey phone() {
        return device(ACME, "ann", "phone");
    }

    private static DeviceOffer offer(String device, String... tools) {
        return new DeviceOffer(new DeviceId(device), Set.of(new AgentName("laptop")), Stream.of(tools)
                .map(tool -> new DeviceTool(tool, "does " + tool, Json.object().put("type", "object"))).toList(), "1.0");
    }

    private static ToolCall call(TenantId tenant, String id) {
        return ToolCall.open(new ToolCallId(id), device(tenant, "ann", "phone"), "look \u0000 \"up\"", Json.object().put("n", "ä"),
                null, NOW, NOW.plusSeconds(30));
    }

    private Optional<ToolCall> opened(ToolCall call) {
        return StoreContract.await(devices.open(call, UNTIL));
    }

    private boolean ended(TenantId tenant, String id, ToolOutcome outcome) {
        return StoreContract.await(devices.end(tenant, new ToolCallId(id), outcome, NOW.plusSeconds(1)));
    }

    private Optional<ToolCall> found(TenantId tenant, String id) {
        return devices.call(tenant, new ToolCallId(id));
    }

    private void remember(DeviceKey device, DeviceOffer offer, Instant at) {
        StoreContract.await(devices.remember(device, offer, at));
    }

    @Test
    void whatADeviceOfferedLastIsRemembered() {
        assertThat(devices.remembered(phone())).isEmpty();
        remember(phone(), offer("phone", "a"), NOW);
        remember(phone(), offer("phone", "b", "c"), NOW.plusSeconds(1));
        assertThat(devices.remembered(phone())).contains(offer("phone", "b", "c"));
        DeviceOffer bare = new DeviceOffer(new DeviceId("phone"), Set.of(), List.of(), null);
        remember(phone(), bare, NOW.plusSeconds(2));
        assertThat(devices.remembered(phone())).contains(bare);
    }

    @Test
    void devicesOfTheSameIdAreKeptApartByUserAndTenant() {
        remember(phone(), offer("phone", "anns"), NOW);
        assertThat(devices.remembered(device(ACME, "bob", "phone"))).isEmpty();
        assertThat(devices.remembered(device(OTHER, "ann", "phone"))).isEmpty();
        remember(device(ACME, "bob", "phone"), offer("phone", "bobs"), NOW);
        remember(device(OTHER, "ann", "phone"), offer("phone", "others"), NOW);
        assertThat(devices.remembered(phone())).contains(offer("phone", "anns"));
        assertThat(devices.remembered(device(ACME, "bob", "phone"))).contains(offer("phone", "bobs"));
    }

    @Test
    void ofAUserTheLatestAreRemembered() {
        remember(device(ACME, "bob", "old"), offer("old"), NOW.minusSeconds(1));
        for (int i = 0; i <= DeviceLedger.MAX_DEVICES; i++) {
            remember(device(ACME, "ann", "d" + i), offer("d" + i), NOW.plusSeconds(i));
        }
        assertThat(devices.remembered(device(ACME, "ann", "d0"))).isEmpty();
        assertThat(devices.remembered(device(ACME, "ann", "d1"))).isPresent();
        assertThat(devices.remembered(device(ACME, "bob", "old"))).isPresent();
    }

    @Test
    void aCallIsOpenedOnceAndReadBackAsItWas() {
        assertThat(opened(call(ACME, "c1"))).isEmpty();
        assertThat(found(ACME, "c1")).contains(call(ACME, "c1"));
        ToolCall again = ToolCall.open(new ToolCallId("c1"), device(ACME, "bob", "tv"), "other", Json.object(), null, NOW, UNTIL);
        assertThat(opened(again)).contains(call(ACME, "c1"));
        assertThat(found(ACME, "c1")).contains(call(ACME, "c1"));
    }

    static Stream<ToolOutcome> outcomes() {
        return Stream.of(DONE, LOST, ToolOutcome.returned(null), ToolOutcome.failed(Json.read("\"no\"".getBytes())),
                ToolOutcome.returned(Json.read("[1.50,\"\\u0000\",{}]".getBytes())));
    }

    @ParameterizedTest
    @MethodSource("outcomes")
    void anOutcomeIsReadBackAsItWas(ToolOutcome outcome) {
        opened(call(ACME, "c1"));
        assertThat(ended(ACME, "c1", outcome)).isTrue();
        assertThat(found(ACME, "c1")).contains(call(ACME, "c1").ended(outcome, NOW.plusSeconds(1)));
    }

    @Test
    void theFirstEndCounts() {
        opened(call(ACME, "c1"));
        assertThat(ended(ACME, "c1", DONE)).isTrue();
        assertThat(ended(ACME, "c1", LOST)).isFalse();
        assertThat(ended(ACME, "c1", DONE)).isFalse();
        assertThat(found(ACME, "c1").orElseThrow().outcome()).isEqualTo(DONE);
        assertThat(opened(call(ACME, "c1")).orElseThrow().outcome()).isEqualTo(DONE);
    }

    @Test
    void whatWasNeverOpenedDoesNotEnd() {
        assertThat(ended(ACME, "c1", DONE)).isFalse();
        assertThat(found(ACME, "c1")).isEmpty();
    }

    @Test
    void tenantsHaveTheSameIdEach() {
        opened(call(ACME, "c1"));
        assertThat(ended(OTHER, "c1", DONE)).isFalse();
        assertThat(found(OTHER, "c1")).isEmpty();
        assertThat(opened(call(OTHER, "c1"))).isEmpty();
        assertThat(ended(OTHER, "c1", LOST)).isTrue();
        assertThat(found(ACME, "c1").orElseThrow().isOpen()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 1})
    void callsAreForgottenAtTheirTime(long millisAfter) {
        opened(call(ACME, "c1"));
        opened(call(OTHER, "c1"));
        StoreContract.await(devices.open(call(ACME, "c2"), UNTIL.plusSeconds(60)));
        int forgotten = StoreContract.await(devices.forgetCalls(UNTIL.plusMillis(millisAfter)));
        assertThat(forgotten).isEqualTo(millisAfter < 0 ? 0 : 2);
        assertThat(found(ACME, "c1").isPresent()).isEqualTo(millisAfter < 0);
        assertThat(found(ACME, "c2")).isPresent();
    }

    @Test
    void aNodeThatStartsEndsWhatIsOpen() {
        opened(call(ACME, "c1"));
        opened(call(OTHER, "c1"));
        opened(call(ACME, "c2"));
        ended(ACME, "c2", DONE);
        assertThat(StoreContract.await(devices.endAll(LOST, NOW))).isEqualTo(2);
        assertThat(found(ACME, "c1").orElseThrow().outcome()).isEqualTo(LOST);
        assertThat(found(OTHER, "c1").orElseThrow().outcome()).isEqualTo(LOST);
        assertThat(found(ACME, "c2").orElseThrow().outcome()).isEqualTo(DONE);
        assertThat(StoreContract.await(devices.endAll(LOST, NOW))).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 16})
    void ofManyAtOnceOneOpensAndOneEnds(int callers) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(callers)) {
            for (int round = 0; round < 10; round++) {
                String id = "c" + round;
                assertThat(count(threads, callers, () -> devices.open(call(ACME, id), UNTIL).thenApply(Optional::isEmpty)))
                        .isEqualTo(1);
                assertThat(count(threads, callers, () -> devices.end(ACME, new ToolCallId(id), DONE, NOW))).isEqualTo(1);
            }
        }
    }

    private interface Attempt {
        CompletableFuture<Boolean> begin();
    }

    private static int count(ExecutorService threads, int callers, Attempt attempt) throws Exception {
        CountDownLatch start = new CountDownLatch(1);
        List<Future<CompletableFuture<Boolean>>> all = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            all.add(threads.submit(() -> {
                start.await();
                return attempt.begin();
            }));
        }
        start.countDown();
        int won = 0;
        for (Future<CompletableFuture<Boolean>> one : all) {
            won += StoreContract.await(one.get(60, TimeUnit.SECONDS)) ? 1 : 0;
        }
        return won;
    }
}
