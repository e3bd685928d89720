package dev.hawser.gateway.ws;

import dev.hawser.core.dialect.Dialect;
import dev.hawser.core.dialect.Target;
import dev.hawser.core.model.Caller;
import dev.hawser.core.model.CloseCode;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.ConnectionId;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Principal;
import dev.hawser.core.model.Reply;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.port.Identity;
import dev.hawser.gateway.edge.Upgrade;
import dev.hawser.gateway.peer.Client;
import io.netty.handler.codec.http.HttpHeaderNames;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at who asks for a wire and for what, before the wire is opened. Blocks. */
record Doorstep(WsServices services) {
    private static final Logger LOG = LoggerFactory.getLogger(Doorstep.class);

    /**
     * What was found.
     *
     * @param entry the record of the wire that is to be opened; null where it is not recorded, or not to be opened
     */
    record Found(Identity.Verdict verdict, ConnectionRecords.Entry entry) {
        static Found refused(Fault fault, CloseCode code) {
            return new Found(new Identity.Verdict.Refused(fault, code), null);
        }
    }

    /** Looks, and stores the record of the wire that is to be opened where its dialect wants that. */
    Found look(Identity.Credential credential, Target target, Upgrade asked, Dialect dialect) {
        Identity.Verdict verdict = look(credential, target, asked.client());
        if (!dialect.recorded() || !(verdict instanceof Identity.Verdict.Accepted(Principal principal))) {
            return new Found(verdict, null);
        }
        try {
            return new Found(verdict, services.records().enter(new ConnectionId(services.ids().next()), principal,
                    asked.client(), asked.head().headers().get(HttpHeaderNames.USER_AGENT)));
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("a connection could not be recorded");
            return Found.refused(Fault.of(Code.STORE_UNAVAILABLE), CloseCode.TRY_AGAIN_LATER);
        }
    }

    /** @return the verdict on the credential; a refusal as well where what it asks for is not there for its owner */
    private Identity.Verdict look(Identity.Credential credential, Target target, Client client) {
        Identity.Verdict verdict = services.verify(credential, client);
        try {
            return verdict instanceof Identity.Verdict.Accepted(Principal principal)
                    ? look(principal, target, verdict) : verdict;
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("a conversation could not be looked up");
            return new Identity.Verdict.Refused(Fault.of(Code.STORE_UNAVAILABLE), CloseCode.TRY_AGAIN_LATER);
        }
    }

    private Identity.Verdict look(Principal principal, Target target, Identity.Verdict verdict) {
        return switch (target) {
            case Target.Valid valid when valid.session() == null || finds(principal, valid.session()) -> verdict;
            case Target.Valid _ -> new Target.UnknownSession().refusal();
            case Target.Unfit unfit -> unfit.refusal();
        };
    }

    private boolean finds(Principal principal, SessionId session) {
        return services.core().sessions().view(principal, session).isPresent()
                || services.entrance().autoCreate() && creates(principal, session);
    }

    /** Another user's session of that id stays another user's. */
    private boolean creates(Principal principal, SessionId session) {
        return services.core().sessions()
                .create(new Caller(principal, null, null), new Command.CreateSession(session, null)).join()
                instanceof Reply.SessionOpened;
    }
}
