package dev.hawser.gateway.e2e.authorization;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.Json;
import dev.hawser.gateway.e2e.authorization.Holding.Thing;
import dev.hawser.gateway.protocol.Wire;
import java.util.HashMap;
import java.util.Map;

/** Everything that a message of the dialects beside {@code standard} can ask of a thing; {@code THE-ID} for its id. */
enum DialectOperation {
    HITL_APPROVE(Dialect.HITL, Thing.APPROVAL, "{'type':'approve','data':{'request_id':'THE-ID'}}", "approved"),
    HITL_REJECT(Dialect.HITL, Thing.APPROVAL, "{'type':'reject','request_id':'THE-ID'}", "rejected"),
    HITL_EDIT(Dialect.HITL, Thing.APPROVAL,
            "{'type':'edit','data':{'request_id':'THE-ID','edited_args':{'amount':1,'currency':'EUR'}}}", "edited"),
    HITL_CANCEL(Dialect.HITL, Thing.RUN, "{'type':'cancel','data':{'execution_id':'THE-ID'}}", "cancelled"),
    ENVELOPE_SEND(Dialect.ENVELOPE, Thing.SESSION,
            "{'type':'chat.send','sessionId':'THE-ID','requestId':'q','payload':{'text':'hello'}}", "session.created"),
    ENVELOPE_ACT(Dialect.ENVELOPE, Thing.SESSION,
            "{'type':'a2ui.action','sessionId':'THE-ID','requestId':'q','payload':{'press':1}}", "session.created");

    /** Where it is spoken, and how a session is named there. */
    enum Dialect {
        HITL("/api/v1/ws", "session_id", 403),
        ENVELOPE("/realtime", "sessionId", 401);

        final String path;
        private final String session;
        /** The status that keeps out who shows no credential that is accepted. */
        final int refusal;

        Dialect(String path, String session, int refusal) {
            this.path = path;
            this.session = session;
            this.refusal = refusal;
        }

        Map<String, String> query(String session, String token) {
            Map<String, String> query = new HashMap<>();
            if (session != null) {
                query.put(this.session, session);
            }
            if (token != null) {
                query.put("token", token);
            }
            return query;
        }
    }

    final Dialect dialect;
    final Thing names;
    private final String message;
    /** The frame that says that it was done. */
    final String done;

    DialectOperation(Dialect dialect, Thing names, String message, String done) {
        this.dialect = dialect;
        this.names = names;
        this.message = message;
        this.done = done;
    }

    String message(String id) {
        String quoted = Json.MAPPER.valueToTree(id).toString();
        return message.replace("'THE-ID'", quoted).replace('\'', '"');
    }

    /** Sends it, and where it is not answered when it is done, something behind it that is; the first frame that comes. */
    JsonNode ask(Wire wire, String id) {
        wire.sendText(message(id));
        if (dialect == Dialect.ENVELOPE) {
            wire.sendText("{\"type\":\"chat.send\",\"payload\":{\"text\":\"behind it\"}}");
        }
        return wire.message();
    }

    /** Takes what comes after a refusal. */
    void finish(Wire wire) {
        if (dialect == Dialect.ENVELOPE) {
            wire.until("chat.message");
        }
    }
}
