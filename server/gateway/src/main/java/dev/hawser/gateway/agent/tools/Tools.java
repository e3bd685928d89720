package dev.hawser.gateway.agent.tools;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.port.AgentConnector.Stopped;
import java.time.Duration;
import java.util.List;

/** What a run can have done outside the model. For the one thread of an attempt. */
public interface Tools {
    /** How often one attempt may call tools and go on. */
    int MAX_ROUNDS = 20;
    /** How long one call may take at most. */
    Duration PATIENCE = Duration.ofMinutes(2);

    /** How long a call may take, where the attempt has that much time left. */
    static Duration patience(Duration left) {
        return left.compareTo(PATIENCE) < 0 ? left : PATIENCE;
    }

    /**
     * One tool.
     *
     * @param description null where none was given
     * @param parameters  the JSON Schema of its arguments; null where none was given
     */
    record Tool(String name, String description, ObjectNode parameters) {}

    /**
     * How a call ended.
     *
     * @param error null where it worked
     */
    record Result(JsonNode result, JsonNode error) {}

    /** What there is at this moment, each name once. May block for a look-up. */
    List<Tool> offered();

    /**
     * Has a tool do its work and logs call and result. Blocks until it has ended, at most for {@code patience}. Repeated with
     * an id that the run has used it gives what came of the first call.
     *
     * @throws InterruptedException where the attempt is to stop
     * @throws Stopped where the run belongs to somebody else
     */
    Result call(String id, String name, JsonNode arguments, Duration patience) throws InterruptedException, Stopped;
}
