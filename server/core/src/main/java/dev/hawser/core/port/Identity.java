package dev.hawser.core.port;

import dev.hawser.core.model.CloseCode;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Principal;
import java.time.Instant;

/** Says whom a credential speaks for. Safe for all threads. */
public interface Identity {

    /**
     * Verifies a credential. May block where keys have to be fetched. Never throws for a bad credential.
     *
     * @param credential from outside, hostile until verified
     */
    Verdict verify(Credential credential, Instant now);

    /** What a caller shows of itself. Its text is a secret: {@code toString} does not show it. */
    sealed interface Credential {
        /** Nothing was shown. */
        record None() implements Credential {}

        /** A token: header, query or subprotocol carried it. */
        record Token(String text) implements Credential {
            @Override
            public String toString() {
                return "Token[***]";
            }
        }

        /** What a cookie carried: a token, or the opaque id of a session at the identity provider. */
        record Cookie(String text) implements Credential {
            @Override
            public String toString() {
                return "Cookie[***]";
            }
        }

        /** A one-time ticket. */
        record Ticket(String text) implements Credential {
            @Override
            public String toString() {
                return "Ticket[***]";
            }
        }
    }

    /** Why a good credential is not accepted whose bearer is of no tenant: dialects may tell that apart. */
    Fault NO_TENANT = Fault.of(Code.AUTH_INVALID, "The credential is good, but names no tenant");

    /** The outcome. */
    sealed interface Verdict {
        record Accepted(Principal principal) implements Verdict {}

        /** @param close how a wire that shows this credential is closed */
        record Refused(Fault fault, CloseCode close) implements Verdict {}
    }
}
