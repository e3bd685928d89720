package dev.hawser.gateway.agent;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.ApprovalId;
import dev.hawser.core.model.Decision;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.MessageId;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import dev.hawser.core.port.AgentConnector;
import java.io.UncheckedIOException;
import java.util.List;

/** Requests to agents. */
public final class Requests {
    private Requests() {}

    public static AgentConnector.Request of(String text) {
        return of(text, null);
    }

    public static AgentConnector.Request of(String text, AgentConnector.Resume resume) {
        RunKey key = new RunKey(new SessionKey(new TenantId("acme"), new SessionId("s1")), new RunId("r1"));
        Run run = Run.queued(key, 1, new UserId("ann"), new AgentName("agent"), new MessageId("u1"), text, null,
                FakeTime.START, null);
        return new AgentConnector.Request(run, List.of(), null, resume);
    }

    public static AgentConnector.Resume resume(Decision.Kind decision, String args) {
        EventBody.ApprovalRequired asked =
                new EventBody.ApprovalRequired(null, "pay", Json.object(), "why", null, null, null, null);
        return new AgentConnector.Resume(new ApprovalId("p1"), decision, json(args), null, asked);
    }

    public static JsonNode json(String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
