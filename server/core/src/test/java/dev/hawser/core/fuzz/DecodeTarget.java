package dev.hawser.core.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.dialect.Decoded;
import dev.hawser.core.dialect.Dialect;
import dev.hawser.core.dialect.Outbound;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.DeviceOffer;
import dev.hawser.core.model.Epoch;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.NewEvent;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.Utf8;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The decoder of a dialect: total, the same every time, blind to how JSON is written, and what it accepts can be stored and
 * told to others.
 */
public final class DecodeTarget implements FuzzTarget {
    private static final Set<Code> REFUSALS =
            EnumSet.of(Code.INVALID_MESSAGE, Code.UNKNOWN_TYPE, Code.MISSING_REQUIRED_FIELD);
    private static final SessionKey SESSION = new SessionKey(new TenantId("acme"), new SessionId("c1"));

    private final Dialect dialect;
    private final List<byte[]> seeds;

    public DecodeTarget(Dialect dialect, List<byte[]> seeds) {
        this.dialect = dialect;
        this.seeds = seeds;
    }

    @Override
    public String name() {
        return "decode-" + dialect.name();
    }

    @Override
    public List<byte[]> seeds() {
        return seeds;
    }

    @Override
    public void take(byte[] input) {
        Decoded decoded = dialect.decode(input);
        if (!Utf8.valid(input)) {
            // Hosts let no such frame through; Jackson takes names of it for names that it has seen before.
            return;
        }
        Holds.same(dialect.decode(input), decoded, "decoded again");
        switch (decoded) {
            case Decoded.Accepted accepted -> {
                rewritten(input, decoded);
                fits(accepted.command());
                answers(decoded.id(), Fault.of(Code.NOT_FOUND));
            }
            case Decoded.Rejected rejected -> {
                Holds.that(REFUSALS.contains(rejected.fault().code()), "refused by " + rejected.fault().code());
                Holds.presentable(rejected.fault().message());
                answers(rejected.id(), rejected.fault());
            }
            case Decoded.WrongVersion wrong -> answers(wrong.id(), Fault.of(Code.INVALID_MESSAGE));
        }
    }

    /** The same JSON written in the plainest way means the same. */
    private void rewritten(byte[] input, Decoded decoded) {
        JsonNode tree;
        try {
            tree = Json.parse(input);
        } catch (IOException e) {
            return;
        }
        Holds.same(dialect.decode(Json.bytes(tree)), decoded, "rewritten");
    }

    /** What a command carries reaches the log and every watcher as it is. */
    private void fits(Command command) {
        switch (command) {
            case Command.SendMessage send -> stored(
                    new EventBody.MessageUser("m1", send.text(), "ann", send.metadata()));
            case Command.ActOnUi act -> stored(new EventBody.UiAction(act.action()));
            case Command.CreateSession create -> {
                if (create.metadata() != null) {
                    Holds.jsonObject(Json.bytes(create.metadata()), "metadata");
                }
            }
            case Command.Decide decide -> {
                if (decide.editedArgs() != null) {
                    Holds.jsonObject(Json.bytes(decide.editedArgs()), "edited arguments");
                }
                if (decide.reason() != null) {
                    Holds.same(Json.read(Json.bytes(decide.reason())).textValue(), decide.reason(), "reason");
                }
            }
            case Command.Ping ping -> encoded(new Outbound("i", null, new Outbound.Pong(ping.timestamp())));
            case Command.Echo echo -> Holds.same(new String(dialect.encode(
                    new Outbound(null, null, new Outbound.Echo(echo.text())), "m1", Instant.EPOCH), StandardCharsets.UTF_8),
                    echo.text(), "the text back");
            case Command.PutOut out -> stored(out.event());
            case Command.AnswerTool answer ->
                    stored(new EventBody.ToolResult("t1", answer.outcome().result(), answer.outcome().error()));
            case Command.Hello hello -> Holds.same(Json.MAPPER.convertValue(
                    Json.read(Json.bytes(hello.offer())), DeviceOffer.class), hello.offer(), "an offer");
            case Command.CompleteRun done -> stored(new EventBody.RunCompleted(done.result(), null, null));
            case Command.FailRun failed -> stored(new EventBody.RunFailed("AGENT_ERROR", failed.message()));
            case Command.PutOutNonsense nonsense -> answers(null, nonsense.fault());
            case Command.CallTool _, Command.Unknown _ -> { }
            case Command.CancelRun _, Command.Resume _, Command.Subscribe _, Command.Unsubscribe _, Command.Pong _,
                    Command.RefreshAuth _, Command.Close _ -> { }
        }
    }

    private void stored(EventBody body) {
        NewEvent event = NewEvent.of(null, body);
        Event kept = new Event(event.type(), 1, 0, null, event.json());
        Holds.same(kept.body(), body, "read back");
        byte[] frame = dialect.encode(SESSION, new Epoch("e1"), kept);
        if (frame.length > 0) {
            Holds.jsonObject(frame, "the event on the wire");
        }
    }

    private void answers(String id, Fault fault) {
        encoded(new Outbound(id, null, new Outbound.Failed(fault)));
    }

    private void encoded(Outbound message) {
        byte[] frame = dialect.encode(message, "m1", Instant.EPOCH);
        if (frame.length > 0) {
            JsonNode json = Holds.jsonObject(frame, "an answer");
            if (message.answers() != null && json.has("correlationId")) {
                Holds.same(json.path("correlationId").textValue(), message.answers(), "correlation");
            }
        }
    }
}
