package dev.hawser.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hawser.core.kit.Samples;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventJsonTest {
    private static EventBody parse(String json) {
        return EventJson.parse(json.getBytes(StandardCharsets.UTF_8));
    }

    static Stream<EventBody> logged() {
        return Samples.logged().stream();
    }

    @ParameterizedTest
    @MethodSource("logged")
    void whatIsWrittenIsReadBack(EventBody body) {
        byte[] json = EventJson.write(body);
        assertThat(EventJson.read(EventType.of(body), json)).isEqualTo(body);
        assertThat(Json.read(json).has("type")).isFalse();
        assertThat(json[0]).isEqualTo((byte) '{');
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{\"type\":\"text.delta\",\"delta\":\"a\"} | true", "{\"type\":\"text.delta\",\"delta\":\"a\",\"runId\":\"r1\"} | true",
        "{\"type\":\"text.delta\",\"delta\":\"a\",\"runId\":null} | true",
        "{\"type\":\"custom\",\"name\":\"runId\",\"value\":{\"runId\":\"r2\"}} | true",
        "{\"type\":\"text.delta\",\"delta\":\"a\",\"runId\":\"r2\"} | false",
        "{\"runId\":7,\"type\":\"text.delta\",\"delta\":\"a\"} | false",
        "{\"runId\":\"r1\",\"type\":\"text.delta\",\"delta\":\"a\",\"runId\":\"r2\"} | false"})
    void anEventNamesItsOwnRunOrNone(String json, boolean fits) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        if (fits) {
            assertThat(EventJson.parse(bytes, new RunId("r1"))).isEqualTo(EventJson.parse(bytes));
        } else {
            assertThatThrownBy(() -> EventJson.parse(bytes, new RunId("r1"))).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{\"type\":\"ui.action\"}                                        | field 'action' is required",
        "{\"type\":\"text.delta\",\"messageId\":\"a\"}                   | field 'delta' is required",
        "{\"type\":\"text.delta\",\"delta\":null}                        | field 'delta' is required",
        "{\"type\":\"text.delta\",\"delta\":5}                           | not a valid event: field 'delta'",
        "{\"type\":\"text.delta\",\"messageId\":\"\",\"delta\":\"a\"}    | field 'messageId' must have 1 to 200 characters",
        "{\"type\":\"tool.call\",\"toolCallId\":\"t\"}                   | field 'name' is required",
        "{\"type\":\"state.delta\",\"patch\":{}}                         | field 'patch' must be an array",
        "{\"type\":\"run.completed\",\"durationMs\":-1}                  | field 'durationMs' must not be negative",
        "{\"type\":\"run.completed\",\"durationMs\":1.5}                 | not a valid event: field 'durationMs'",
        "{\"type\":\"run.completed\",\"durationMs\":1e999999999}         | not a valid event: field 'durationMs'",
        "{\"type\":\"run.completed\",\"usage\":7}                        | field 'usage' must be an object",
        "{\"type\":\"run.failed\"}                                       | field 'message' is required",
        "{\"type\":\"approval.required\",\"toolName\":\"x\",\"toolArgs\":[]}      | field 'toolArgs' must be an object",
        "{\"type\":\"approval.required\",\"toolName\":\"x\",\"amount\":\"9\"}     | field 'amount' must be a number",
        "{\"type\":\"approval.required\",\"toolName\":\"x\",\"expiresAt\":\"x\"}  | not a valid event: field 'expiresAt'",
        "{\"type\":\"approval.required\",\"toolName\":\"x\",\"expiresAt\":\"+999999999-01-01T00:00:00Z\"} "
                + "| not a valid event: field 'expiresAt'",
        "{\"type\":\"run.started\",\"agent\":\"x\",\"attempt\":1}        | not an event that an agent may send",
        "{\"type\":\"message.user\",\"messageId\":\"u\",\"text\":\"x\",\"userId\":\"ann\"} | not an event that an agent may send",
        "null                                                            | not an event that an agent may send",
    })
    void whatIsWrongIsSaidPlainly(String json, String message) {
        assertThatThrownBy(() -> parse(json)).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "5", "{}", "{", "{\"type\":\"shout\"}", "{\"type\":5}", "{\"type\":null}",
        "{\"type\":\"thinking\",\"text\":\"a\"} x", "{\"type\":\"thinking\",\"text\":\"a\"}{}", "\u0000",
        "{\"type\":\"thinking\",\"text\":\"a\nb\"}", "{\"type\":\"thinking\",\"text\":NaN}"})
    void whatIsNoEventIsRefusedWithoutInternals(String json) {
        assertThatThrownBy(() -> parse(json)).isInstanceOf(IllegalArgumentException.class)
                .message().doesNotContain("jackson").doesNotContain("dev.hawser").hasSizeLessThan(60);
    }

    @Test
    void depthIsBounded() {
        String deep = "[".repeat(5_000) + "]".repeat(5_000);
        assertThatThrownBy(() -> parse("{\"type\":\"ui.action\",\"action\":" + deep + "}"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void numbersAreBounded() {
        for (String number : new String[] {"9".repeat(5_000), "1e" + "9".repeat(90), "1e-2147483648", "1e99999999999"}) {
            assertThatThrownBy(() -> parse("{\"type\":\"ui.action\",\"action\":{\"a\":[" + number + "]}}"))
                    .isInstanceOf(IllegalArgumentException.class).isNotInstanceOf(NumberFormatException.class)
                    .message().doesNotContain("java.").hasSizeLessThan(60);
        }
    }

    @Test
    void fieldsThatTheTypeDoesNotHaveAreDropped() {
        assertThat(parse("{\"type\":\"thinking\",\"text\":\"x\",\"sequence\":9,\"runId\":\"r\",\"evil\":{\"a\":1}}"))
                .isEqualTo(new EventBody.Thinking("x"));
    }

    @Test
    void numbersKeepTheirDigits() {
        EventBody body = parse("{\"type\":\"custom\",\"name\":\"n\",\"value\":[12.50,1E+2,12345678901234567890]}");
        assertThat(new String(EventJson.write(body), StandardCharsets.UTF_8))
                .isEqualTo("{\"name\":\"n\",\"value\":[12.50,1E+2,12345678901234567890]}");
    }
}
