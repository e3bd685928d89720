package dev.hawser.gateway.ws;

import dev.hawser.core.connection.Effect;
import dev.hawser.core.connection.Input;
import dev.hawser.core.connection.Opening;
import dev.hawser.core.model.Caller;
import dev.hawser.core.model.CloseCode;
import dev.hawser.core.model.Principal;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.port.Identity;
import dev.hawser.core.port.SessionLog;
import dev.hawser.core.routing.Router;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one wire has done off its event loop: credentials verified, commands handled, conversations opened, logs read. What
 * comes of it is told on the loop, and so is a failure, which is logged here. Methods are for the wire's event loop.
 */
final class Errands {
    private static final Logger LOG = LoggerFactory.getLogger(Errands.class);
    /** Tasks under way above which the peer is not read from, and below which it is again. */
    private static final int MANY = 4_096;
    private static final int FEW = 1_024;
    /** The same for the bytes that they hold. */
    private static final int MUCH = 1 << 20;
    private static final int LITTLE = MUCH / 2;

    private final WsServices services;
    private final Wire wire;
    /** Null until there is something to do in order. */
    private Mailbox mailbox;

    /** @param wire is told what came of it, and whenever something is done */
    Errands(WsServices services, Wire wire) {
        this.services = services;
        this.wire = wire;
    }

    /** Whether so much is under way that the peer should wait. */
    boolean ahead() {
        return mailbox != null && (mailbox.size() > MANY || mailbox.bytes() > MUCH);
    }

    /** Whether so little is under way that the peer may go on. */
    boolean level() {
        return mailbox == null || mailbox.size() < FEW && mailbox.bytes() < LITTLE;
    }

    /** @param verdict takes the verdict on the credential that the wire was opened with, on the loop */
    void admit(Identity.Credential credential, Consumer<Identity.Verdict> verdict) {
        Thread.ofVirtual().name("verify").start(() -> {
            Identity.Verdict found = services.verify(credential, wire.client());
            onLoop(() -> verdict.accept(found));
        });
    }

    /** @param bytes about how many it holds until it is done */
    void verify(Effect.Verify verify, int bytes) {
        mailbox().add(() -> {
            Identity.Verdict verdict = services.verify(new Identity.Credential.Token(verify.token()), wire.client());
            tell(new Input.Refreshed(verify.answers(), verdict));
            return CompletableFuture.completedFuture(null);
        }, false, bytes);
    }

    /**
     * Has a command handled.
     *
     * @param id    by which a repetition is known; null where none is
     * @param bytes about how many it holds until it is done
     */
    void execute(Principal principal, Effect.Execute execute, String id, int bytes) {
        Caller caller = new Caller(principal, id, wire.id());
        mailbox().add(() -> services.core().router().handle(caller, execute.command()).handle((reply, failure) -> {
            if (failure == null) {
                tell(new Input.Replied(execute, reply));
            } else {
                broken("a command could not be handled", failure);
            }
            return null;
        }), Router.pipelines(execute.command()), bytes);
    }

    /**
     * Has something begun after what came before it; not finished.
     *
     * @param failed says in the log what could not be done; the wire is broken then
     * @param bytes  about how many it holds until it is done
     */
    void inOrder(String failed, Mailbox.Work work, int bytes) {
        mailbox().add(() -> {
            try {
                return work.begin().whenComplete((_, failure) -> {
                    if (failure != null) {
                        broken(failed, failure);
                    }
                });
            } catch (RuntimeException e) {
                broken(failed, e);
                return CompletableFuture.completedFuture(null);
            }
        }, true, bytes);
    }

    /** @param bytes about how many it holds until it is done */
    void open(Principal principal, Effect.Open open, int bytes) {
        mailbox().add(() -> {
            try {
                Optional<Opening> found = services.core().sessions().open(principal, open);
                tell(new Input.Opened(open, found));
            } catch (RuntimeException e) {
                broken("a conversation could not be opened", e);
            }
            return CompletableFuture.completedFuture(null);
        }, false, bytes);
    }

    /**
     * Reads a page of a session's log, beside everything else. It may hold events of commands that are committed and not
     * answered yet, so it is handed over behind the answers to what came before it.
     */
    void readLog(SessionKey session, long after, int limit, Consumer<SessionLog.Page> page) {
        Thread.ofVirtual().name("replay").start(() -> {
            try {
                SessionLog.Page found = services.core().sessions().page(session, after, limit);
                onLoop(() -> inTurn(() -> page.accept(found)));
            } catch (RuntimeException e) {
                broken("a log could not be read", e);
            }
        });
    }

    /** Runs the action on the loop once everything that was asked for before is done; perhaps now. */
    void inTurn(Runnable action) {
        if (mailbox == null) {
            action.run();
        } else {
            mailbox.afterwards(action);
        }
    }

    /** From any thread. */
    void broken(String what, Throwable failure) {
        LOG.atError().setCause(failure).addKeyValue("connection", wire.id()).log(what);
        tell(new Input.Broken(CloseCode.INTERNAL, "internal_error"));
    }

    private void tell(Input input) {
        onLoop(() -> wire.told(input));
    }

    /** Where the loop has ended, so has the wire. */
    private void onLoop(Runnable task) {
        try {
            wire.loop().execute(task);
        } catch (RejectedExecutionException e) {
            LOG.atDebug().addKeyValue("connection", wire.id()).log("the event loop has ended");
        }
    }

    private Mailbox mailbox() {
        if (mailbox == null) {
            mailbox = new Mailbox(wire.loop(), services.core().ledger(), wire::drained);
        }
        return mailbox;
    }
}
