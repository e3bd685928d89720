package dev.hawser.core.session;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.connection.Effect;
import dev.hawser.core.connection.Opening;
import dev.hawser.core.connection.Resumption;
import dev.hawser.core.model.Caller;
import dev.hawser.core.model.Checkpoint;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.Epoch;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Ids;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.NewEvent;
import dev.hawser.core.model.Position;
import dev.hawser.core.model.Principal;
import dev.hawser.core.model.Reply;
import dev.hawser.core.model.Session;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.Snapshot;
import dev.hawser.core.model.Snapshot.PendingApproval;
import dev.hawser.core.model.Snapshot.RunLine;
import dev.hawser.core.model.Visibility;
import dev.hawser.core.port.Ledger;
import dev.hawser.core.port.SessionLog;
import dev.hawser.core.port.SessionTx;
import dev.hawser.core.port.SessionView;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** The sessions, as one principal may see them: what is foreign looks exactly like what is missing. Safe for all threads. */
public final class Sessions {
    /** A fold over more events than this keeps its result for the next one. */
    private static final int WORTH_KEEPING = 2_000;

    private final Ledger ledger;
    private final SessionLog log;
    private final Policy policy;
    private final InstantSource clock;
    private final Ids ids;

    public Sessions(Ledger ledger, SessionLog log, Policy policy, InstantSource clock, Ids ids) {
        this.ledger = ledger;
        this.log = log;
        this.policy = policy;
        this.clock = clock;
        this.ids = ids;
    }

    /** Creates a session, or opens the caller's own one of that id. Does not block. */
    public CompletableFuture<Reply> create(Caller caller, Command.CreateSession command) {
        SessionId id = command.session() == null ? fresh(caller) : command.session();
        SessionKey key = new SessionKey(caller.principal().tenant(), id);
        Session fresh = fresh(key, caller.principal(), command);
        return ledger.commit(key, tx -> Answers.once(tx, caller, answersUntil(), () -> {
            Optional<Session> found = tx.session();
            if (found.isEmpty()) {
                tx.create(fresh);
                return new Reply.SessionOpened(id, fresh.epoch(), 0, true);
            }
            if (!policy.visibility().shows(found.get(), caller.principal())) {
                return Reply.Refused.of(Code.CONFLICT, "This conversation id is taken");
            }
            return new Reply.SessionOpened(id, found.get().epoch(), tx.position().last(), false);
        }));
    }

    /**
     * An id of ours, the same for a command that is repeated: what is known of it is kept with the session. Clients on a wire may
     * count their commands from one, so that there it is the same on that wire only.
     */
    private SessionId fresh(Caller caller) {
        if (caller.commandId() == null) {
            return new SessionId(ids.next());
        }
        String wire = caller.connection() == null ? null : caller.connection().value();
        String name = Json.MAPPER.createArrayNode()
                .add(caller.principal().user().value()).add(caller.commandId()).add(wire).toString();
        return new SessionId(UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString());
    }

    /** A user's action on an agent's interface, for the log and through it for all who follow. Does not block. */
    public CompletableFuture<Reply> act(Caller caller, Command.ActOnUi command) {
        if (command.session() == null && command.begins()) {
            return begin(caller, command);
        }
        if (command.session() == null) {
            return CompletableFuture.completedFuture(
                    Reply.Refused.of(Code.MISSING_REQUIRED_FIELD, "This message needs a conversation"));
        }
        SessionKey key = new SessionKey(caller.principal().tenant(), command.session());
        Instant now = clock.instant();
        return ledger.commit(key, tx -> visible(tx, policy.visibility(), caller.principal()).isEmpty()
                ? Reply.Refused.of(Code.NOT_FOUND)
                : Answers.once(tx, caller, answersUntil(), () -> {
                    return new Reply.Noted(command.session(), UiActions.append(tx, command.action(),
                            caller.principal().user(), now));
                }));
    }

    /**
     * Sets the state that a session's agents and users share, where it is another one. Blocks for a look at the present one;
     * what comes back does not.
     */
    public CompletableFuture<Reply> share(Caller caller, SessionId session, JsonNode state) {
        SessionKey key = new SessionKey(caller.principal().tenant(), session);
        Instant now = clock.instant();
        boolean known = log.position(key).flatMap(at -> state(key, at.last())).filter(state::equals).isPresent();
        return ledger.commit(key, tx -> visible(tx, policy.visibility(), caller.principal()).isEmpty()
                ? Reply.Refused.of(Code.NOT_FOUND)
                : Answers.once(tx, caller, answersUntil(), () -> new Reply.Noted(session, known ? tx.position().last()
                        : tx.append(NewEvent.of(null, new EventBody.StateSnapshot(state)), now))));
    }

    /**
     * What a session shared when its log stood there; empty where that was nothing, or is not known any more. Blocks.
     *
     * @param through the sequence of an event of the log
     */
    public Optional<JsonNode> state(SessionKey key, long through) {
        Checkpoint from = log.checkpoint(key);
        return from.sequence() > through ? Optional.empty() : fold(key, from, through).map(Checkpoint::state);
    }

    /** The action is the first thing that happens in a new session. */
    private CompletableFuture<Reply> begin(Caller caller, Command.ActOnUi command) {
        SessionKey key = new SessionKey(caller.principal().tenant(), new SessionId(ids.next()));
        Session fresh = fresh(key, caller.principal(), new Command.CreateSession(key.session(), null));
        return ledger.commit(key, tx -> {
            tx.create(fresh);
            long sequence = UiActions.append(
                    tx, command.action(), caller.principal().user(), fresh.createdAt());
            return new Reply.SessionOpened(key.session(), fresh.epoch(), sequence, true);
        });
    }

    /** The session of a transaction, where the principal may see it. */
    public static Optional<Session> visible(SessionTx tx, Visibility visibility, Principal principal) {
        return tx.session().filter(session -> visibility.shows(session, principal));
    }

    /** A session that does not exist yet. */
    public Session fresh(SessionKey key, Principal owner, Command.CreateSession command) {
        return new Session(key, owner.user(), new Epoch(ids.next()), clock.instant(), command.metadata());
    }

    /** Blocks. */
    public Optional<SessionView> view(Principal principal, SessionId session) {
        return ledger.view(new SessionKey(principal.tenant(), session))
                .filter(view -> policy.visibility().shows(view.session(), principal));
    }

    /** What a wire that opens a conversation finds; empty where the principal cannot see it. Blocks. */
    public Optional<Opening> open(Principal principal, Effect.Open open) {
        return view(principal, open.session()).map(view -> {
            Resumption resumption = open.resumes()
                    ? Resumption.of(view.position(), open.epoch(), open.lastSequence()) : null;
            Snapshot snapshot = resumption == null || resumption == Resumption.RECOVERED
                    ? null : snapshot(view.session().key());
            return new Opening(view.position(), resumption, snapshot);
        });
    }

    /** Those that the principal may see, the newest first. Blocks. */
    public Ledger.SessionPage list(Principal principal, String cursor, int limit) {
        return switch (policy.visibility()) {
            case OWNER -> ledger.sessions(principal.tenant(), principal.user(), cursor, limit);
            case TENANT -> ledger.sessions(principal.tenant(), null, cursor, limit);
        };
    }

    /** Where the log of a session stands that {@link #list} or {@link #view} has shown. Blocks. */
    public Optional<Position> position(SessionKey session) {
        return log.position(session);
    }

    /** Events of a session that {@link #view} has shown. Blocks. */
    public List<Event> events(SessionKey session, long after, int limit) {
        return log.read(session, after, limit);
    }

    /** A page of the log of a session that {@link #view} has shown. Blocks. */
    public SessionLog.Page page(SessionKey session, long after, int limit) {
        return log.page(session, after, limit);
    }

    /** Folds a session that {@link #view} has shown, as it stands now. Blocks. */
    public Snapshot snapshot(SessionKey key) {
        while (true) {
            Checkpoint from = log.checkpoint(key);
            SessionView view = ledger.view(key).orElseThrow();
            Optional<Checkpoint> folded = fold(key, from, view.position().last());
            if (folded.isPresent()) {
                Checkpoint now = folded.get();
                if (now.sequence() - from.sequence() > WORTH_KEEPING) {
                    log.keep(key, now, 0);
                }
                return new Snapshot(now.messages(), view.runs().stream().map(RunLine::of).toList(),
                        view.waiting().stream().map(PendingApproval::of).toList(), now.state(), now.sequence());
            }
        }
    }

    /** Drops events that are out of bounds, after folding them. Blocks. */
    public int trim(int maxEvents, Instant oldest, int limit) {
        List<SessionLog.Overlong> found = log.overlong(maxEvents, oldest, limit);
        for (SessionLog.Overlong overlong : found) {
            SessionKey key = overlong.session();
            Checkpoint kept = log.checkpoint(key);
            fold(key, kept, Math.max(kept.sequence(), overlong.dropThrough()))
                    .ifPresent(folded -> log.keep(key, folded, overlong.dropThrough()).join());
        }
        return found.size();
    }

    /** Empty where events were trimmed meanwhile, so that a newer checkpoint has to be begun from. */
    private Optional<Checkpoint> fold(SessionKey key, Checkpoint from, long through) {
        MessageFold fold = new MessageFold(from);
        long at = from.sequence();
        while (at < through) {
            List<Event> page = log.read(key, at, (int) Math.min(SessionLog.MAX_READ, through - at));
            if (page.isEmpty() || page.getFirst().sequence() != at + 1) {
                return Optional.empty();
            }
            page.forEach(fold::apply);
            at = page.getLast().sequence();
        }
        return Optional.of(fold.checkpoint());
    }

    private Instant answersUntil() {
        return clock.instant().plus(policy.answerWindow());
    }
}
