package dev.hawser.core.model;

/** Why a wire is closed: RFC 6455 §7.4.1 and our own from 4000. {@code protocol/codes.json} is the catalogue. */
public enum CloseCode {
    NORMAL(1000),
    GOING_AWAY(1001),
    PROTOCOL_ERROR(1002),
    UNSUPPORTED_DATA(1003),
    INVALID_UTF8(1007),
    POLICY(1008),
    TOO_BIG(1009),
    INTERNAL(1011),
    SERVICE_RESTART(1012),
    TRY_AGAIN_LATER(1013),
    AUTH_REQUIRED(4000),
    AUTH_EXPIRED(4001),
    AUTH_INVALID(4002),
    NOT_FOUND(4003),
    AGENT_NOT_FOUND(4005),
    RATE_LIMITED(4006),
    REPLACED(4007),
    NO_HEARTBEAT(4008),
    VERSION_MISMATCH(4010),
    RESOURCE_EXHAUSTED(4013);

    private final int code;

    CloseCode(int code) {
        this.code = code;
    }

    /** The number in the close frame. */
    public int code() {
        return code;
    }
}
