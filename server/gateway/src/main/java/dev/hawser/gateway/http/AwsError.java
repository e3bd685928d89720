package dev.hawser.gateway.http;

import dev.hawser.core.model.Code;
import java.util.Map;

/** What the management API of API Gateway calls its refusals; the SDKs find the name in a header. */
enum AwsError {
    BAD_REQUEST(400, "BadRequestException"),
    FORBIDDEN(403, "ForbiddenException"),
    GONE(410, "GoneException"),
    PAYLOAD_TOO_LARGE(413, "PayloadTooLargeException"),
    LIMIT_EXCEEDED(429, "LimitExceededException"),
    UNAVAILABLE(503, "ServiceUnavailableException");

    /** The header that says the name. */
    static final String HEADER = "x-amzn-ErrorType";

    private final int status;
    private final String name;

    AwsError(int status, String name) {
        this.status = status;
        this.name = name;
    }

    Refusal refusal(Code code, String message) {
        return Refusal.of(status, code, message, Map.of(HEADER, name));
    }
}
