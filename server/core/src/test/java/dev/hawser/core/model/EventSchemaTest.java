package dev.hawser.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.dialect.EventBytes;
import dev.hawser.core.kit.Protocol;
import dev.hawser.core.kit.Samples;
import dev.hawser.core.kit.Schema;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The event types say what {@code protocol/events.schema.json} says. */
class EventSchemaTest {
    private static final JsonNode FILE = Protocol.json("events.schema.json");
    private static final Schema SCHEMA = new Schema(FILE);

    private static List<String> variants(String definition) {
        return StreamSupport.stream(SCHEMA.definition(definition).get("oneOf").spliterator(), false)
                .map(variant -> variant.get("$ref").textValue().substring("#/$defs/".length()))
                .map(name -> name.startsWith("agent.") ? name.substring("agent.".length()) : name).toList();
    }

    @Test
    void theTypesAreTheSame() {
        assertThat(variants("event")).containsExactlyInAnyOrderElementsOf(
                Arrays.stream(EventType.values()).map(EventType::wire).toList());
        assertThat(variants("agentEvent")).containsExactlyInAnyOrderElementsOf(
                Arrays.stream(EventType.values()).filter(EventType::byAgent).map(EventType::wire).toList());
        for (EventType type : EventType.values()) {
            assertThat(EventType.of(type.wire())).isEqualTo(Optional.of(type));
        }
        assertThat(EventType.of("nothing")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(EventType.class)
    void theFieldsAreTheSame(EventType type) {
        Set<String> inSchema = new HashSet<>();
        for (String definition : List.of(type.wire(), "agent." + type.wire())) {
            FILE.path("$defs").path(definition).path("properties").fieldNames().forEachRemaining(inSchema::add);
        }
        inSchema.remove("type");
        assertThat(Arrays.stream(type.body().getRecordComponents()).map(EventSchemaTest::name))
                .containsExactlyInAnyOrderElementsOf(inSchema);
    }

    private static String name(RecordComponent component) {
        JsonProperty renamed = component.getAccessor().getAnnotation(JsonProperty.class);
        return renamed == null ? component.getName() : renamed.value();
    }

    static Stream<EventBody> logged() {
        return Samples.logged().stream();
    }

    @ParameterizedTest
    @MethodSource("logged")
    void whatIsLoggedIsValid(EventBody body) {
        NewEvent event = NewEvent.of(new RunId("r1"), body);
        JsonNode plain = Json.read(EventBytes.plain(new Event(event.type(), 7, 1_769_860_800_123L, event.run(), event.json())));
        assertThat(SCHEMA.complaints("event", plain)).as("%s", plain).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("logged")
    void whatAnAgentMaySendAndIsValidIsAcceptedAsItIs(EventBody body) {
        if (EventType.of(body).byAgent()) {
            byte[] sent = Json.bytes(body);
            assertThat(SCHEMA.complaints("agentEvent", Json.read(sent))).isEmpty();
            assertThat(EventJson.parse(sent)).isEqualTo(body);
        }
    }

    @Test
    void everyTypeHasASample() {
        assertThat(Samples.logged().stream().map(EventType::of)).containsAll(List.of(EventType.values()));
    }
}
