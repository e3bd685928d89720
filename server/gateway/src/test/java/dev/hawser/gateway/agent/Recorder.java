package dev.hawser.gateway.agent;

import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.EventJson;
import dev.hawser.core.model.EventType;
import dev.hawser.core.port.AgentConnector;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A sink that keeps what it is given. */
public final class Recorder implements AgentConnector.Sink {
    public final List<EventBody> events = new CopyOnWriteArrayList<>();

    @Override
    public void emit(EventBody event) {
        events.add(event);
    }

    /** Each event as its type and fields: {@code text.delta {"delta":"a"}}. */
    public List<String> lines() {
        return events.stream()
                .map(event -> EventType.of(event).wire() + " "
                        + new String(EventJson.write(event), StandardCharsets.UTF_8))
                .toList();
    }
}
