package dev.hawser.core.simulation;

import dev.hawser.core.connection.Connection;
import dev.hawser.core.connection.Effect;
import dev.hawser.core.connection.Input;
import dev.hawser.core.connection.Opening;
import dev.hawser.core.dialect.Outbound;
import dev.hawser.core.dialect.Target;
import dev.hawser.core.model.Caller;
import dev.hawser.core.model.CloseCode;
import dev.hawser.core.model.ConnectionId;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.Principal;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.port.Identity;
import dev.hawser.core.port.SessionLog;
import dev.hawser.core.routing.Router;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A host's end of one wire: carries the effects of its connection out as the gateway does, with every step taking time. */
final class ServerWire implements Line.Server {
    private final Node node;
    private final Line line;
    private final Connection connection;
    private final List<Follower> followers = new ArrayList<>();
    private final Deque<Work> mailbox = new ArrayDeque<>();
    private boolean working;
    private boolean closing;

    private record Work(Supplier<CompletableFuture<?>> begin, boolean pipelines) {}

    ServerWire(Node node, Line line) {
        this.node = node;
        this.line = line;
        this.connection = new Connection(
                new ConnectionId(node.ids.next()), Node.SETTINGS, node.schedule.instant());
    }

    void begin(Target target, Principal principal) {
        input(new Input.Upgraded(target));
        node.later(() -> node.loop.execute(
                () -> input(new Input.Verified(new Identity.Verdict.Accepted(principal)))));
    }

    void tick() {
        if (connection.due(node.schedule.instant())) {
            input(new Input.Ticked());
        }
    }

    void congest() {
        input(new Input.Congested());
    }

    void drain() {
        input(new Input.Draining(Duration.ofMillis(100)));
    }

    void outrun(SessionId session) {
        input(new Input.Outrun(session));
    }

    private void input(Input input) {
        for (Effect effect : connection.on(input, node.schedule.instant())) {
            carryOut(effect);
        }
    }

    private void carryOut(Effect effect) {
        switch (effect) {
            case Effect.Send send -> send(send.message());
            case Effect.Close close -> {
                closing = true;
                node.schedule.note(connection.id(), "closes with", close.code(), close.reason());
                line.closeToPeer(close.code().code());
            }
            case Effect.Abort _ -> line.cut();
            case Effect.Execute execute -> execute(execute);
            case Effect.Verify _ -> throw new IllegalStateException("nobody refreshes here");
            case Effect.Open open -> open(open);
            case Effect.Follow follow -> {
                unfollow(follow.session());
                Follower follower = new Follower(this, key(follow.session()), follow.epoch(), follow.after());
                followers.add(follower);
                node.loop.follow(follower);
            }
            case Effect.Unfollow unfollow -> unfollow(unfollow.session());
            case Effect.UnfollowAll _ -> {
                followers.forEach(node.loop::unfollow);
                followers.clear();
            }
            case Effect.Attend _ -> throw new IllegalStateException("no wire is a device's here");
            case Effect.Listen _ -> { }
        }
    }

    private SessionKey key(SessionId session) {
        return new SessionKey(connection.principal().orElseThrow().tenant(), session);
    }

    private void unfollow(SessionId session) {
        followers.removeIf(follower -> {
            boolean matches = follower.session.session().equals(session);
            if (matches) {
                node.loop.unfollow(follower);
            }
            return matches;
        });
    }

    private void send(Outbound message) {
        byte[] frame = Node.DIALECT.encode(message, node.ids.next(), node.schedule.instant());
        if (frame.length > 0) {
            line.toPeer(frame);
        }
    }

    void deliver(SessionKey session, List<Event> events, List<byte[]> frames, int skip) {
        for (int i = skip; i < frames.size(); i++) {
            long sequence = events.get(i).sequence();
            node.judge.check(sequence <= node.judge.truth(session).last(), "sent before it was durable:", session, sequence);
            boolean once = !node.sabotaged(Sabotage.SKIP_EVENTS);
            if (once) {
                line.toPeer(frames.get(i));
            }
            if (node.sabotaged(Sabotage.REPEAT_EVENTS)) {
                line.toPeer(frames.get(i));
            }
        }
    }

    void readLog(SessionKey session, long after, int limit, Consumer<SessionLog.Page> page) {
        node.later(() -> {
            if (node.schedule.chance(node.faults().unread())) {
                node.loop.execute(() -> input(new Input.Broken(CloseCode.INTERNAL, "internal_error")));
            } else {
                SessionLog.Page found = node.sessions.page(session, after, limit);
                node.loop.execute(() -> page.accept(found));
            }
        });
    }

    private void execute(Effect.Execute execute) {
        String id = node.sabotaged(Sabotage.FORGET_COMMANDS) ? null : execute.answers();
        Caller caller = new Caller(connection.principal().orElseThrow(), id, connection.id());
        add(new Work(() -> node.router.handle(caller, execute.command()).thenAccept(reply ->
                node.loop.execute(() -> input(new Input.Replied(execute, reply)))),
                Router.pipelines(execute.command())));
    }

    private void open(Effect.Open open) {
        Principal principal = connection.principal().orElseThrow();
        add(new Work(() -> {
            Principal asker = node.sabotaged(Sabotage.MIX_USERS) ? owner(open.session()) : principal;
            Optional<Opening> found = node.sessions.open(asker, open);
            node.loop.execute(() -> input(new Input.Opened(open, found)));
            return CompletableFuture.completedFuture(null);
        }, false));
    }

    private Principal owner(SessionId session) {
        Principal asker = connection.principal().orElseThrow();
        return node.disk.view(key(session))
                .map(view -> new Principal(asker.tenant(), view.session().owner(), asker.scopes(), asker.expiresAt()))
                .orElse(asker);
    }

    private void add(Work work) {
        mailbox.add(work);
        if (!working) {
            working = true;
            node.later(this::next);
        }
    }

    private void next() {
        Work work = mailbox.poll();
        if (work == null) {
            working = false;
            return;
        }
        CompletableFuture<?> done = work.begin().get();
        if (work.pipelines()) {
            node.later(this::next);
        } else {
            done.whenComplete((_, _) -> node.later(this::next));
        }
    }

    @Override
    public void received(byte[] frame) {
        if (node.alive()) {
            connection.alive(node.schedule.instant());
            if (!closing) {
                input(new Input.Received(Node.DIALECT.decode(frame)));
            }
        }
    }

    @Override
    public void closed() {
        line.cut();
    }

    @Override
    public void lost() {
        if (node.alive()) {
            input(new Input.Lost());
            node.gone(this);
        }
    }
}
