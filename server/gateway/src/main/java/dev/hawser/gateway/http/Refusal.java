package dev.hawser.gateway.http;

import dev.hawser.core.model.Code;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Reply;
import java.util.Map;

/** A request that cannot be done; becomes a problem document. Carries no stack trace, as it is an answer. */
final class Refusal extends RuntimeException {
    private final int status;
    private final transient Fault fault;
    private final transient Map<String, String> headers;
    private final boolean logged;
    private final transient Map<String, Object> members;

    private Refusal(int status, Fault fault, Map<String, String> headers, boolean logged) {
        this(status, fault, headers, logged, Map.of());
    }

    private Refusal(int status, Fault fault, Map<String, String> headers, boolean logged, Map<String, Object> members) {
        super(fault.message(), null, false, false);
        this.members = members;
        this.status = status;
        this.fault = fault;
        this.headers = headers;
        this.logged = logged;
    }

    static Refusal of(Fault fault) {
        return new Refusal(fault.code().httpStatus(), fault, Map.of(), false);
    }

    static Refusal of(Code code) {
        return of(Fault.of(code));
    }

    static Refusal of(Code code, String message) {
        return of(Fault.of(code, message));
    }

    /** Where HTTP knows better than the code what it is. */
    static Refusal of(int status, Code code, String message, Map<String, String> headers) {
        return new Refusal(status, Fault.of(code, message), headers, false);
    }

    static Refusal of(Fault fault, Map<String, String> headers) {
        return new Refusal(fault.code().httpStatus(), fault, headers, false);
    }

    /** What the core refused, and has logged already. */
    static Refusal of(Reply.Refused refused) {
        return new Refusal(refused.fault().code().httpStatus(), refused.fault(), Map.of(), true);
    }

    int status() {
        return status;
    }

    Fault fault() {
        return fault;
    }

    Map<String, String> headers() {
        return headers;
    }

    /** The same with further members of the problem document, numbers, booleans and texts. */
    Refusal with(Map<String, Object> more) {
        return new Refusal(status, fault, headers, logged, more);
    }

    Map<String, Object> members() {
        return members;
    }

    /** Whether the reason is in the log already. */
    boolean logged() {
        return logged;
    }
}
