package dev.hawser.core.fuzz;

import dev.hawser.core.connection.Connection;
import dev.hawser.core.connection.ConnectionSettings;
import dev.hawser.core.connection.Effect;
import dev.hawser.core.connection.Input;
import dev.hawser.core.connection.Opening;
import dev.hawser.core.connection.State;
import dev.hawser.core.dialect.Dialect;
import dev.hawser.core.dialect.Target;
import dev.hawser.core.model.CloseCode;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.ConnectionId;
import dev.hawser.core.model.Epoch;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.MessageId;
import dev.hawser.core.model.Position;
import dev.hawser.core.model.Principal;
import dev.hawser.core.model.Reply;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.RunStatus;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.ToolOutcome;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import dev.hawser.core.port.Identity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A wire's life: each line of the input is a frame, or, where it begins with a byte below 8, something else that happens.
 * Whatever is asked of the outside is answered late, in order, with yes and no by turns. One answer an input at most where
 * nothing was asked, and nothing after the end.
 */
public final class ConnectionTarget implements FuzzTarget {
    private static final Principal ANN =
            new Principal(new TenantId("acme"), new UserId("ann"), Set.of(), Instant.parse("2030-01-01T00:00:00Z"));

    private final Dialect dialect;
    private final List<byte[]> seeds;

    /** @param frames of the dialect, one each */
    public ConnectionTarget(Dialect dialect, List<byte[]> frames) {
        this.dialect = dialect;
        byte[] all = new byte[frames.stream().mapToInt(frame -> frame.length + 3).sum()];
        int at = 0;
        for (byte[] frame : frames) {
            System.arraycopy(frame, 0, all, at, frame.length);
            at += frame.length;
            all[at++] = '\n';
            all[at++] = 0;
            all[at++] = '\n';
        }
        this.seeds = List.of(all);
    }

    @Override
    public String name() {
        return "connection-" + dialect.name();
    }

    @Override
    public List<byte[]> seeds() {
        return seeds;
    }

    @Override
    public void take(byte[] input) {
        new Life(dialect).live(input);
    }

    /** One input's connection. */
    private static final class Life {
        private final Dialect dialect;
        private Instant now = Instant.parse("2029-12-31T23:00:00Z");
        private final Connection connection =
                new Connection(new ConnectionId("k"), ConnectionSettings.DEFAULTS, now);
        private final Deque<Effect> asked = new ArrayDeque<>();
        private int turn;
        private boolean closed;

        Life(Dialect dialect) {
            this.dialect = dialect;
        }

        void live(byte[] input) {
            on(new Input.Upgraded(new Target.Valid(null, null, null, null)));
            on(new Input.Verified(new Identity.Verdict.Accepted(ANN)));
            int from = 0;
            while (from < input.length) {
                int to = from;
                while (to < input.length && input[to] != '\n') {
                    to++;
                }
                line(Arrays.copyOfRange(input, from, to));
                from = to + 1;
            }
            while (!asked.isEmpty()) {
                answer();
            }
            on(new Input.Lost());
            Holds.that(connection.state() == State.CLOSED || connection.state() == State.RECONNECTING, "not over");
        }

        private void line(byte[] line) {
            if (line.length == 0 || line[0] >= 8 || line[0] < 0) {
                on(new Input.Received(dialect.decode(line)));
                return;
            }
            switch (line[0]) {
                case 0, 1 -> answer();
                case 2 -> now = now.plusSeconds(line.length);
                case 3 -> on(new Input.Ticked());
                case 4 -> on(new Input.Outrun(new SessionId("c1")));
                case 5 -> on(new Input.Congested());
                case 6 -> on(new Input.Draining(Duration.ofSeconds(1)));
                default -> on(new Input.Broken(CloseCode.POLICY, "test"));
            }
        }

        private void answer() {
            boolean yes = turn++ % 3 != 0;
            switch (asked.poll()) {
                case null -> { }
                case Effect.Open open -> on(new Input.Opened(open, yes
                        ? Optional.of(new Opening(new Position(new Epoch("e"), 1, 9), null, null)) : Optional.empty()));
                case Effect.Execute execute -> on(new Input.Replied(execute, yes
                        ? reply(execute.command()) : Reply.Refused.of(Code.NOT_FOUND)));
                case Effect.Verify verify -> on(new Input.Refreshed(verify.answers(), yes
                        ? new Identity.Verdict.Accepted(ANN)
                        : new Identity.Verdict.Refused(Fault.of(Code.AUTH_INVALID), CloseCode.AUTH_INVALID)));
                case Effect other -> throw new IllegalStateException(other.toString());
            }
        }

        private static Reply reply(Command.Service command) {
            return switch (command) {
                case Command.SendMessage send -> {
                    SessionId session = send.session() == null ? new SessionId("fresh") : send.session();
                    yield new Reply.RunAccepted(session, new RunId("r"), new MessageId("m"), RunStatus.QUEUED,
                            send.session() == null ? new Reply.SessionOpened(session, new Epoch("e"), 0, true) : null);
                }
                case Command.CreateSession create -> new Reply.SessionOpened(
                        create.session() == null ? new SessionId("fresh") : create.session(), new Epoch("e"), 0, true);
                case Command.CancelRun cancel ->
                        new Reply.RunCancelling(new SessionId("c1"), cancel.run(), RunStatus.RUNNING, false);
                case Command.Decide decide -> new Reply.ApprovalRecorded(
                        new SessionId("c1"), new RunId("r1"), decide.approval(), decide.decision(), true);
                case Command.ActOnUi _ -> new Reply.Noted(new SessionId("c1"), 1);
                case Command.CallTool _ -> new Reply.ToolEnded(ToolOutcome.returned(null));
            };
        }

        private void on(Input input) {
            for (Effect effect : connection.on(input, now)) {
                switch (effect) {
                    case Effect.Execute _, Effect.Open _, Effect.Verify _ -> asked.add(effect);
                    case Effect.Send send -> {
                        Holds.that(!closed, "sent after its end");
                        byte[] frame = dialect.encode(send.message(), "m", now);
                        if (frame.length > 0) {
                            Holds.jsonObject(frame, "a message");
                        }
                    }
                    case Effect.Close _ -> {
                        Holds.that(!closed, "closed twice");
                        closed = true;
                    }
                    case Effect.Follow _ -> Holds.that(!closed, "follows after its end");
                    case Effect.Abort _, Effect.Unfollow _, Effect.UnfollowAll _, Effect.Listen _, Effect.Attend _ -> { }
                }
            }
            Holds.that(asked.size() <= 3_000, "asks without end");
        }
    }
}
