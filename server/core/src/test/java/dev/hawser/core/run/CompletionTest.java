package dev.hawser.core.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.NullNode;
import dev.hawser.core.dialect.EventBytes;
import dev.hawser.core.kit.Protocol;
import dev.hawser.core.kit.Samples;
import dev.hawser.core.kit.Schema;
import dev.hawser.core.kit.World;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.EventType;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.Visibility;
import dev.hawser.core.session.Policy;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whatever an agent leaves out, the log has what the schema promises. */
class CompletionTest {
    private final World world = new World(Visibility.OWNER, Policy.Concurrency.PARALLEL);
    private final SessionKey session = world.session("c1");

    private List<EventBody> logged(EventBody... sent) {
        RunKey run = world.send(session);
        world.emit(run, world.begin(run), sent);
        return world.events(session).stream().filter(event -> run.run().equals(event.run()) && event.type().byAgent())
                .map(Event::body).toList();
    }

    @Test
    void whatIsLeftOutIsFilledIn() {
        assertThat(logged(new EventBody.ToolCall("t1", "pay", null, null), new EventBody.Custom("c", null),
                new EventBody.SubagentStarted("s1", null, null, null), new EventBody.SubagentEnded("s1", null, null, null, null),
                new EventBody.SubagentEnded("s2", null, null, null, "broken"),
                new EventBody.ApprovalRequired("p1", "pay", null, null, null, null, null, null)))
                .containsExactly(new EventBody.ToolCall("t1", "pay", Json.object(), null),
                        new EventBody.Custom("c", NullNode.getInstance()),
                        new EventBody.SubagentStarted("s1", "", "", "demo"),
                        new EventBody.SubagentEnded("s1", null, true, null, null),
                        new EventBody.SubagentEnded("s2", null, false, null, "broken"),
                        new EventBody.ApprovalRequired("p1", "pay", Json.object(), "", null, null, null, null));
    }

    @Test
    void everythingThatIsLoggedFitsTheSchema() {
        Schema schema = new Schema(Protocol.json("events.schema.json"));
        for (EventBody body : Samples.logged()) {
            if (EventType.of(body).byAgent()) {
                EventBody sent = body instanceof EventBody.ApprovalRequired asked
                        ? new EventBody.ApprovalRequired(null, asked.toolName(), null, null, null, null, null, null) : body;
                // Nobody is connected: what a device is asked for ends at once.
                boolean ends = body instanceof EventBody.ToolCall call && call.deviceId() != null;
                assertThat(logged(sent)).as("%s", body).hasSize(ends ? 2 : 1);
            }
        }
        for (Event event : world.events(session)) {
            assertThat(schema.complaints("event", Json.read(EventBytes.plain(event)))).isEmpty();
        }
    }
}
