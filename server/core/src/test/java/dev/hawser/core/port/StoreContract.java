package dev.hawser.core.port;

import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.Approval;
import dev.hawser.core.model.ApprovalId;
import dev.hawser.core.model.Epoch;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.MessageId;
import dev.hawser.core.model.NewEvent;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.Session;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the contract suites share: a fresh store for each test, and makers of things to put into it. */
abstract class StoreContract {
    static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    static final UserId ANN = new UserId("ann");
    static final AgentName AGENT = new AgentName("demo");

    StoreUnderTest store;
    Ledger ledger;
    SessionLog log;
    RunQueue queue;

    /** A fresh, empty store. */
    protected abstract StoreUnderTest open() throws Exception;

    @BeforeEach
    void begin() throws Exception {
        store = open();
        ledger = store.ledger();
        log = store.log();
        queue = store.queue();
    }

    @AfterEach
    void end() throws Exception {
        store.close().close();
    }

    static SessionKey key(String tenant, String session) {
        return new SessionKey(new TenantId(tenant), new SessionId(session));
    }

    static SessionKey key(String session) {
        return key("acme", session);
    }

    /** Commits and waits. */
    <T> T commit(SessionKey session, Function<SessionTx, T> work) {
        return await(ledger.commit(session, work));
    }

    static <T> T await(CompletableFuture<T> future) {
        try {
            return future.orTimeout(60, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    SessionKey created(SessionKey key) {
        commit(key, tx -> {
            tx.create(session(key, ANN, NOW));
            return null;
        });
        return key;
    }

    SessionKey created(String session) {
        return created(key(session));
    }

    static Session session(SessionKey key, UserId owner, Instant at) {
        return new Session(key, owner, new Epoch("epoch-" + key.session()), at, Json.object().put("title", "t"));
    }

    static Run queued(SessionKey session, String id, long ordinal) {
        return Run.queued(new RunKey(session, new RunId(id)), ordinal, ANN, AGENT, new MessageId("m-" + id), "text of " + id,
                Json.object().put("k", 1), NOW, null);
    }

    static Approval approval(SessionKey session, String id, String run, Instant expiresAt) {
        EventBody.ApprovalRequired asked = new EventBody.ApprovalRequired(
                id, "pay", Json.object().put("amount", 5), "because", null, null, null, expiresAt);
        return new Approval(new ApprovalId(id), new RunKey(session, new RunId(run)), asked, NOW, expiresAt, null);
    }

    static NewEvent event(String text) {
        return NewEvent.of(new RunId("r"), new EventBody.TextDelta("m", text));
    }

    /** Appends so many events, one a transaction. */
    void append(SessionKey session, int count) {
        CompletableFuture<Long> last = null;
        for (int i = 0; i < count; i++) {
            String text = "event " + i;
            last = ledger.commit(session, tx -> tx.append(event(text), NOW));
        }
        if (last != null) {
            await(last);
        }
    }

    /** Saves a run in one transaction. */
    void save(Run run) {
        commit(run.key().session(), tx -> {
            tx.save(run);
            return null;
        });
    }

    Optional<byte[]> answered(SessionKey session, UserId user, String command) {
        return commit(session, tx -> tx.answered(user, command));
    }

    List<Run> live(SessionKey session) {
        return commit(session, SessionTx::live);
    }

    long nextOrdinal(SessionKey session) {
        return commit(session, SessionTx::nextOrdinal);
    }

    Optional<Run> firstQueued(SessionKey session, Instant now) {
        return commit(session, tx -> tx.firstQueued(now));
    }

    Optional<Run> runIn(SessionKey session, RunId run) {
        return commit(session, tx -> tx.run(run));
    }

    Optional<Approval> approvalIn(SessionKey session, ApprovalId approval) {
        return commit(session, tx -> tx.approval(approval));
    }

    List<Approval> waitingIn(SessionKey session, RunId run) {
        return commit(session, tx -> tx.waiting(run));
    }
}
