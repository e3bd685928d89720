package dev.hawser.core.dialect.envelope;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.hawser.core.dialect.Decoded;
import dev.hawser.core.dialect.Dialect;
import dev.hawser.core.dialect.Outbound;
import dev.hawser.core.dialect.Target;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Epoch;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.SessionKey;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;

/** The dialect {@code envelope}, at {@code /realtime}: each message says which session and request it belongs to. */
public final class EnvelopeDialect implements Dialect {
    private static final int UNAUTHORIZED = 401;
    private static final byte[] REQUEST = "{\"requestId\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] REST = "\",".getBytes(StandardCharsets.US_ASCII);

    private final boolean echoes;

    /** @param echoes whether a frame that is no JSON object is sent back as it is, rather than refused */
    public EnvelopeDialect(boolean echoes) {
        this.echoes = echoes;
    }

    @Override
    public String name() {
        return "envelope";
    }

    @Override
    public String path() {
        return "/realtime";
    }

    @Override
    public Target target(Map<String, String> query) {
        return Target.of(query.get("sessionId"), query.get("agent"), null, null);
    }

    @Override
    public boolean looksFirst() {
        return true;
    }

    @Override
    public int refusal(Fault fault) {
        return switch (fault.code().category()) {
            case AUTHENTICATION -> UNAUTHORIZED;
            case BUSINESS -> fault.code() == Code.NOT_FOUND ? 0 : fault.code().httpStatus();
            case TRANSPORT, VALIDATION, SERVER, RATE_LIMIT -> fault.code().httpStatus();
        };
    }

    @Override
    public boolean roams() {
        return true;
    }

    @Override
    public boolean correlates() {
        return true;
    }

    @Override
    public boolean idempotent() {
        return false;
    }

    @Override
    public Decoded decode(byte[] frame) {
        return EnvelopeDecoder.decode(frame, echoes);
    }

    @Override
    public byte[] encode(Outbound message, String id, Instant now) {
        return EnvelopeMessages.encode(message);
    }

    @Override
    public byte[] encode(SessionKey session, Epoch epoch, Event event) {
        return EnvelopeEvents.encode(session.session(), event);
    }

    /** The request's id is put in front of the other members. */
    @Override
    public byte[] correlated(byte[] frame, String id) {
        byte[] quoted = JsonStringEncoder.getInstance().quoteAsUTF8(id);
        ByteArrayOutputStream out = new ByteArrayOutputStream(frame.length + quoted.length + REQUEST.length + REST.length);
        out.writeBytes(REQUEST);
        out.writeBytes(quoted);
        out.writeBytes(REST);
        out.write(frame, 1, frame.length - 1);
        return out.toByteArray();
    }
}
