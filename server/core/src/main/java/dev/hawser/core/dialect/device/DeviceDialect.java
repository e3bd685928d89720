package dev.hawser.core.dialect.device;

import dev.hawser.core.dialect.Decoded;
import dev.hawser.core.dialect.Dialect;
import dev.hawser.core.dialect.Outbound;
import dev.hawser.core.dialect.Target;
import dev.hawser.core.model.CloseCode;
import dev.hawser.core.model.Epoch;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.SessionKey;
import java.time.Instant;
import java.util.Map;

/** The dialect {@code device}, at {@code /api/v1/ws/device}. */
public final class DeviceDialect implements Dialect {
    private static final byte[] NOT_SHOWN = new byte[0];

    @Override
    public String name() {
        return "device";
    }

    @Override
    public String path() {
        return "/api/v1/ws/device";
    }

    @Override
    public Target target(Map<String, String> query) {
        return new Target.Valid(null, null, null, null);
    }

    @Override
    public Decoded decode(byte[] frame) {
        return DeviceDecoder.decode(frame);
    }

    @Override
    public byte[] encode(Outbound message, String id, Instant now) {
        return DeviceEncoder.encode(message);
    }

    /** A device follows no session. */
    @Override
    public byte[] encode(SessionKey session, Epoch epoch, Event event) {
        return NOT_SHOWN;
    }

    /** A credential that is not accepted is against the policy, whatever is wrong with it. */
    @Override
    public CloseCode closing(CloseCode code) {
        return switch (code) {
            case AUTH_REQUIRED, AUTH_EXPIRED, AUTH_INVALID -> CloseCode.POLICY;
            case NORMAL, GOING_AWAY, PROTOCOL_ERROR, UNSUPPORTED_DATA, INVALID_UTF8, POLICY, TOO_BIG, INTERNAL,
                    SERVICE_RESTART, TRY_AGAIN_LATER, NOT_FOUND, AGENT_NOT_FOUND, RATE_LIMITED, REPLACED, NO_HEARTBEAT,
                    VERSION_MISMATCH, RESOURCE_EXHAUSTED -> code;
        };
    }

    @Override
    public boolean ofDevices() {
        return true;
    }
}
