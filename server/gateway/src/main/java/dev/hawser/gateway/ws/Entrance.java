package dev.hawser.gateway.ws;

import dev.hawser.core.model.CloseCode;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Fault;
import dev.hawser.core.port.Identity;
import dev.hawser.gateway.http.ConnectionLimits;
import dev.hawser.gateway.peer.AddressLimits;
import dev.hawser.gateway.peer.Client;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What stands between a peer and its connection.
 *
 * @param limits     how many wires a user and a tenant may have
 * @param addresses  has refusals come late for an address that collects them
 * @param autoCreate whether a conversation that a handshake names and nobody has is made
 */
public record Entrance(Identity identity, ConnectionLimits limits, AddressLimits addresses, boolean autoCreate) {
    private static final Logger LOG = LoggerFactory.getLogger(Entrance.class);

    /** The verdict on what a peer shows. Blocks. */
    Identity.Verdict verify(Identity.Credential credential, Client client, Instant now) {
        try {
            Identity.Verdict verdict = identity.verify(credential, now);
            if (verdict instanceof Identity.Verdict.Refused(Fault fault, CloseCode _)) {
                addresses.refused(client.address(), credential, fault);
            }
            return verdict;
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("a credential could not be verified");
            return new Identity.Verdict.Refused(Fault.of(Code.INTERNAL_ERROR), CloseCode.TRY_AGAIN_LATER);
        }
    }
}
