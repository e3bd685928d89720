package dev.hawser.gateway.identity;

import dev.hawser.core.model.CloseCode;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Fault;
import dev.hawser.core.port.Identity;
import dev.hawser.core.port.Identity.Verdict.Refused;

/** The ways to refuse a credential. Their texts are constant: nothing of a credential is ever repeated. */
final class Refusals {
    static final Refused MISSING =
            new Refused(Fault.of(Code.AUTH_INVALID, "A credential is required"), CloseCode.AUTH_REQUIRED);
    static final Refused EXPIRED = new Refused(Fault.of(Code.AUTH_EXPIRED), CloseCode.AUTH_EXPIRED);
    static final Refused INVALID =
            new Refused(Fault.of(Code.AUTH_INVALID, "The credential is not valid"), CloseCode.AUTH_INVALID);
    static final Refused NO_TENANT = new Refused(Identity.NO_TENANT, CloseCode.AUTH_INVALID);
    static final Refused UNAVAILABLE = new Refused(
            Fault.of(Code.STORE_UNAVAILABLE, "The identity provider cannot be reached; try again"),
            CloseCode.TRY_AGAIN_LATER);

    static final Refused NO_MEMBER = forbidden("The user has no active membership");

    private Refusals() {}

    /** It is clear who it is, and that is nobody whom we let in. */
    static Refused forbidden(String message) {
        return new Refused(Fault.of(Code.FORBIDDEN, message), CloseCode.AUTH_INVALID);
    }
}
