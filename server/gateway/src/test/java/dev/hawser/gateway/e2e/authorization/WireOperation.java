package dev.hawser.gateway.e2e.authorization;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.Json;
import dev.hawser.gateway.e2e.authorization.Holding.Thing;
import java.nio.charset.StandardCharsets;

/** Everything that a message over a wire can ask of a thing. */
enum WireOperation {
    RESUME("system.connection.resume", Thing.SESSION, "{\"lastSequence\":0}", "system.connection.resumed", false),
    SNAPSHOT("system.connection.resume", Thing.SESSION, "{\"lastSequence\":null}", "system.connection.resumed", false),
    SUBSCRIBE("control.conversation.subscribe", Thing.SESSION, "{}", "control.conversation.subscribed", false),
    UNSUBSCRIBE("control.conversation.unsubscribe", Thing.SESSION, "{}", "control.conversation.unsubscribed", false),
    SEND("data.message.send", Thing.SESSION, "{\"text\":\"hello\"}", "control.run.accepted", true),
    ACT("data.ui.action", Thing.SESSION, "{\"action\":{\"press\":1}}", "data.ui.action", true),
    CANCEL("control.run.cancel", Thing.RUN, "{}", "control.run.cancelling", true),
    CANCEL_FLOW("control.flow.cancel", Thing.RUN, "{}", "control.run.cancelling", true),
    DECIDE("control.approval.decide", Thing.APPROVAL, "{\"decision\":\"reject\"}", "control.approval.recorded", true);

    final String type;
    final Thing names;
    private final String payload;
    /** The message that says that it was done. */
    final String done;
    /** Whether it changes the thing. */
    final boolean changes;

    WireOperation(String type, Thing names, String payload, String done, boolean changes) {
        this.type = type;
        this.names = names;
        this.payload = payload;
        this.done = done;
        this.changes = changes;
    }

    /** @param id what it is about */
    String payload(String id) {
        ObjectNode all = (ObjectNode) Json.read(payload.getBytes(StandardCharsets.US_ASCII));
        return all.put(switch (names) {
            case SESSION -> "conversationId";
            case RUN -> "runId";
            case APPROVAL -> "approvalId";
            case DEVICE -> throw new IllegalStateException("no message names a device");
        }, id).toString();
    }
}
