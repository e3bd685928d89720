package dev.hawser.core.dialect.hitl;

import dev.hawser.core.dialect.Decoded;
import dev.hawser.core.dialect.Dialect;
import dev.hawser.core.dialect.Outbound;
import dev.hawser.core.dialect.Target;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Epoch;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.SessionKey;
import java.time.Instant;
import java.util.Map;

/** The dialect {@code hitl}, at {@code /api/v1/ws}: one session a wire, and no wire for whom the session is not there. */
public final class HitlDialect implements Dialect {
    private static final int FORBIDDEN = 403;

    @Override
    public String name() {
        return "hitl";
    }

    @Override
    public String path() {
        return "/api/v1/ws";
    }

    @Override
    public Target target(Map<String, String> query) {
        Target target = Target.of(query.get("session_id"), query.get("agent"), query.get("epoch"), query.get("last_sequence"));
        return target instanceof Target.Valid valid && valid.session() == null ? new Target.UnknownSession() : target;
    }

    @Override
    public boolean looksFirst() {
        return true;
    }

    @Override
    public int refusal(Fault fault) {
        return switch (fault.code().category()) {
            case AUTHENTICATION -> FORBIDDEN;
            case BUSINESS -> fault.code() == Code.NOT_FOUND ? FORBIDDEN : fault.code().httpStatus();
            case TRANSPORT, VALIDATION, SERVER, RATE_LIMIT -> fault.code().httpStatus();
        };
    }

    @Override
    public Decoded decode(byte[] frame) {
        return HitlDecoder.decode(frame);
    }

    @Override
    public byte[] encode(Outbound message, String id, Instant now) {
        return HitlMessages.encode(message, now);
    }

    @Override
    public byte[] encode(SessionKey session, Epoch epoch, Event event) {
        return HitlEvents.encode(session.session(), event);
    }
}
