package dev.hawser.core.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.dialect.standard.StandardDialect;
import dev.hawser.core.kit.Samples;
import dev.hawser.core.model.Epoch;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.NewEvent;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.TenantId;
import java.time.Instant;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is spliced is what a JSON library would have built. */
class EventBytesTest {
    private static final long NOON = Instant.parse("2026-01-31T12:00:00.007Z").toEpochMilli();
    private static final SessionKey SESSION = new SessionKey(new TenantId("acme"), new SessionId("c \"1\" \\ ü中"));
    private static final Epoch EPOCH = new Epoch("e\"1");

    static Stream<EventBody> bodies() {
        return Samples.logged().stream();
    }

    private static Event event(EventBody body, String run, long sequence, long time) {
        NewEvent event = NewEvent.of(run == null ? null : new RunId(run), body);
        return new Event(event.type(), sequence, time, event.run(), event.json());
    }

    private static ObjectNode fields(Event event) {
        ObjectNode fields = Json.object();
        if (event.run() != null) {
            fields.put("runId", event.run().value());
        }
        return fields.setAll((ObjectNode) Json.MAPPER.valueToTree(event.body()));
    }

    private static JsonNode plain(Event event) {
        ObjectNode plain = Json.object().put("type", event.type().wire()).put("sequence", event.sequence())
                .put("time", Json.time(Instant.ofEpochMilli(event.time())));
        return plain.setAll((ObjectNode) fields(event).without("type"));
    }

    private static JsonNode standard(Event event) {
        ObjectNode envelope = Json.object().put("id", EPOCH.value() + "-" + event.sequence())
                .put("type", "data." + event.type().wire()).put("version", "1.0")
                .put("timestamp", Json.time(Instant.ofEpochMilli(event.time()))).put("source", "server")
                .put("conversationId", SESSION.session().value()).put("sequence", event.sequence());
        return envelope.set("payload", fields(event).without("type"));
    }

    /** Bodies are compared as text: a tree forgets how a number was written. */
    private static void same(byte[] spliced, JsonNode built) {
        assertThat(Json.read(spliced).toString()).isEqualTo(Json.read(Json.bytes(built)).toString());
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void everyEventInBothForms(EventBody body) {
        for (String run : new String[] {null, "r1", "r\"\\/ ü"}) {
            Event event = event(body, run, Long.MAX_VALUE, NOON);
            same(EventBytes.plain(event), plain(event));
            same(new StandardDialect().encode(SESSION, EPOCH, event), standard(event));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1970-01-01T00:00:00.000Z", "1969-12-31T23:59:59.999Z", "2024-02-29T00:00:00.000Z",
        "2026-12-31T23:59:59.999Z", "2027-01-01T00:00:00.000Z", "2026-01-31T12:34:56.078Z", "9999-12-31T23:59:59.999Z",
        "0001-01-01T00:00:00.000Z"})
    void times(String time) {
        byte[] bytes = new EventBytes(4).time(Instant.parse(time).toEpochMilli()).bytes();
        assertThat(bytes).asString().isEqualTo(time);
    }

    @Property
    void anyTime(@ForAll @LongRange(min = -62_135_596_800_000L, max = 253_402_300_799_999L) long millis) {
        assertThat(new EventBytes(0).time(millis).bytes()).asString()
                .isEqualTo(Json.time(Instant.ofEpochMilli(millis)));
    }

    @Property
    void anyTextAndTimeAroundMidnight(
            @ForAll @StringLength(max = 50) String text, @ForAll @LongRange(min = -2_000, max = 2_000) long offset) {
        long midnight = Instant.parse("2026-02-01T00:00:00Z").toEpochMilli();
        Event event = event(new EventBody.TextDelta("a", text), "r", 1, midnight + offset);
        same(EventBytes.plain(event), plain(event));
        same(EventBytes.plain(event(new EventBody.Thinking(text), "r", 2, midnight - offset)),
                plain(event(new EventBody.Thinking(text), "r", 2, midnight - offset)));
    }

    @Property
    void anyQuotedText(@ForAll String text) {
        assertThat(Json.read(new EventBytes(1).quoted(text).bytes()).textValue()).isEqualTo(text);
    }
}
