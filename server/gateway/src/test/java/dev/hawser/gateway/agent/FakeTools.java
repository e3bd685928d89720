package dev.hawser.gateway.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.EventBody;
import dev.hawser.gateway.agent.tools.Tools;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The user's device: it answers what is called with the name of the tool; the one named {@code broken} does not work. */
public final class FakeTools implements Tools {
    public final List<Tool> tools = new ArrayList<>();
    private final Recorder sink;

    public FakeTools(Recorder sink) {
        this.sink = sink;
    }

    /** Offers tools from now on. */
    public void offer(String... names) {
        for (String name : names) {
            tools.add(new Tool(name, "does " + name, null));
        }
    }

    @Override
    public List<Tool> offered() {
        return List.copyOf(tools);
    }

    @Override
    public Result call(String id, String name, JsonNode arguments, Duration patience) {
        assertThat(patience).isPositive();
        Result result = name.equals("broken")
                ? new Result(null, Requests.json("\"out of order\""))
                : new Result(Requests.json("{\"did\":\"" + name + "\"}"), null);
        sink.emit(new EventBody.ToolCall(id, name, arguments, "phone"));
        sink.emit(new EventBody.ToolResult(id, result.result(), result.error()));
        return result;
    }
}
