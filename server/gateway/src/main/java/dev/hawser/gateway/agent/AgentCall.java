package dev.hawser.gateway.agent;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.Run;
import dev.hawser.core.port.AgentConnector;

/** The JSON that tells an agent outside of the gateway what it is asked. */
public final class AgentCall {
    private AgentCall() {}

    public static ObjectNode json(AgentConnector.Request request) {
        Run run = request.run();
        ObjectNode body = Json.object()
                .put("runId", run.id().value())
                .put("sessionId", run.key().session().session().value())
                .put("tenantId", run.key().session().tenant().value())
                .put("userId", run.user().value())
                .put("message", run.text());
        body.set("history", Json.MAPPER.valueToTree(request.history()));
        body.set("metadata", run.metadata() == null ? Json.object() : run.metadata());
        AgentConnector.Resume resume = request.resume();
        if (resume != null) {
            ObjectNode node = body.putObject("resume")
                    .put("approvalId", idKnownToAgent(resume))
                    .put("decision", resume.decision().wire());
            node.set("args", resume.args());
            if (resume.reason() != null) {
                node.put("reason", resume.reason());
            }
        }
        return body;
    }

    /** An agent that chose the id itself knows no other one. */
    private static String idKnownToAgent(AgentConnector.Resume resume) {
        String own = resume.asked().approvalId();
        return own == null ? resume.approval().value() : own;
    }
}
