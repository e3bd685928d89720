package dev.hawser.gateway.identity;

import dev.hawser.core.port.Identity.Verdict.Refused;
import java.util.Locale;

/** Why a credential is not accepted: told to operators in logs and metrics, while its bearer learns only {@link #verdict}. */
enum Reason {
    /** Nothing was shown. */
    MISSING(Refusals.MISSING),
    /** It is no token that can be read. */
    MALFORMED(Refusals.INVALID),
    /** Nobody who is trusted issues such tokens. */
    UNKNOWN_ISSUER(Refusals.INVALID),
    /** It is signed in a way that its issuer does not use. */
    ALGORITHM(Refusals.INVALID),
    /** Its header asks for what is not understood. */
    HEADER(Refusals.INVALID),
    /** Its issuer has no such key. */
    UNKNOWN_KEY(Refusals.INVALID),
    /** The signature is not true. */
    SIGNATURE(Refusals.INVALID),
    /** A claim is missing or not what it should be. */
    CLAIMS(Refusals.INVALID),
    /** It is for somebody else. */
    AUDIENCE(Refusals.INVALID),
    /** Its time has not come. */
    NOT_YET(Refusals.INVALID),
    /** Its time is over. */
    EXPIRED(Refusals.EXPIRED),
    /** The provider of an opaque id says that it is not, or no longer, in use. */
    INACTIVE(Refusals.INVALID),
    /** There is no such one-time ticket, or no longer. */
    TICKET(Refusals.INVALID),
    /** The token is good, but its bearer is not a member of what it asks for. */
    MEMBERSHIP(Refusals.NO_MEMBER),
    /** Whoever has to be asked about it does not answer. */
    UNAVAILABLE(Refusals.UNAVAILABLE);

    private final Refused verdict;

    Reason(Refused verdict) {
        this.verdict = verdict;
    }

    Refused verdict() {
        return verdict;
    }

    /** The name in metrics and logs. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
