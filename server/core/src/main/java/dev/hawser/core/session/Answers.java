package dev.hawser.core.session;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.hawser.core.model.Caller;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.Reply;
import dev.hawser.core.port.SessionTx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/** The rule of idempotent commands: the same id by the same user in the same session takes effect once. */
public final class Answers {
    private Answers() {}

    /** The kept answer, or else the one that {@code act} gives, which is kept unless it is a refusal. */
    public static Reply once(SessionTx tx, Caller caller, Instant until, Supplier<Reply> act) {
        if (caller.commandId() == null) {
            return act.get();
        }
        Optional<byte[]> kept = tx.answered(caller.principal().user(), caller.commandId());
        if (kept.isPresent()) {
            return read(kept.get());
        }
        Reply reply = act.get();
        if (!(reply instanceof Reply.Refused)) {
            tx.answer(caller.principal().user(), caller.commandId(), write(reply), until);
        }
        return reply;
    }

    private static byte[] write(Reply reply) {
        try {
            return Json.MAPPER.writerFor(Reply.class).writeValueAsBytes(reply);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Reply read(byte[] kept) {
        try {
            return Json.MAPPER.readValue(kept, Reply.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
