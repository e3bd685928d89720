package dev.hawser.core.dialect.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.dialect.Outbound;
import dev.hawser.core.kit.Samples;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Epoch;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.NewEvent;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the transcripts do not come by: results of all kinds, and rare answers. */
class EnvelopeEncodeTest {
    private static final EnvelopeDialect DIALECT = new EnvelopeDialect(false);
    private static final SessionKey SESSION = new SessionKey(new TenantId("acme"), new SessionId("c1"));
    private static final RunId RUN = new RunId("r1");

    private static byte[] event(EventBody body) {
        NewEvent event = NewEvent.of(RUN, body);
        return DIALECT.encode(SESSION, new Epoch("e1"), new Event(event.type(), 3, 7, RUN, event.json()));
    }

    static Stream<Arguments> events() {
        return Stream.of(
                arguments(new EventBody.RunCompleted(Samples.json("{\"a\":[1]}"), 1L, null), "chat.message",
                        "{\"role\":\"assistant\",\"text\":\"{\\\"a\\\":[1]}\"}"),
                arguments(new EventBody.RunCompleted(null, 1L, null), "chat.message", "{\"role\":\"assistant\",\"text\":\"\"}"),
                arguments(new EventBody.UiAction(Samples.json("\"x\"")), "a2ui.action", "\"x\""),
                arguments(new EventBody.RunAbandoned("x"), "error",
                        "{\"code\":\"RUN_OVER\",\"message\":\"The run was abandoned\"}"));
    }

    @ParameterizedTest
    @MethodSource("events")
    void events(EventBody body, String type, String payload) {
        assertThat(Json.read(event(body))).isEqualTo(
                Samples.json("{\"type\":\"" + type + "\",\"sessionId\":\"c1\",\"payload\":" + payload + "}"));
    }

    @ParameterizedTest
    @CsvSource({"r1", "'a\"b\\'", "\u00e9\u4e16\ud83d\ude00", "'\t'"})
    void aRequestIsPutIntoTheSharedFrame(String request) {
        byte[] shared = event(new EventBody.TextDelta("m", "\ud83d"));
        byte[] before = shared.clone();
        assertThat(Json.read(DIALECT.correlated(shared, request))).isEqualTo(
                Json.object().put("requestId", request).setAll((ObjectNode) Json.read(shared)));
        assertThat(shared).isEqualTo(before);
    }

    @Test
    void whatIsMissedIsSaid() {
        Outbound.Resumed missed = new Outbound.Resumed(new Epoch("e1"), 9, 8, "expired", null);
        assertThat(Json.read(DIALECT.encode(Outbound.of(SESSION.session(), missed), "i", Instant.EPOCH))
                .path("payload").path("code").textValue()).isEqualTo("CONFLICT");
        Outbound.Failed slow = new Outbound.Failed(new Fault(Code.RATE_LIMITED, "Slow down", Duration.ofMillis(40)));
        assertThat(Json.read(DIALECT.encode(new Outbound("q", null, slow), "i", Instant.EPOCH))).isEqualTo(Samples.json(
                "{\"type\":\"error\",\"requestId\":\"q\",\"payload\":"
                        + "{\"code\":\"RATE_LIMITED\",\"message\":\"Slow down\",\"retryAfterMs\":40}}"));
    }

    @ParameterizedTest
    @CsvSource({"AUTH_INVALID, 401", "AUTH_EXPIRED, 401", "FORBIDDEN, 401", "NOT_FOUND, 0", "RATE_LIMITED, 429", "STORE_UNAVAILABLE, 503"})
    void whatKeepsAWireOut(Code code, int status) {
        assertThat(DIALECT.refusal(Fault.of(code))).isEqualTo(status);
    }
}
