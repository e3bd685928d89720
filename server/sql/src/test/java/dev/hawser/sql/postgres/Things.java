package dev.hawser.sql.postgres;

import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.Epoch;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.EventBody;
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
import dev.hawser.core.port.SessionLog;
import dev.hawser.sql.Store;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;

/** Makers of things to put into stores, and how they are read back. */
final class Things {
    static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    static final UserId ANN = new UserId("ann");
    static final AgentName AGENT = new AgentName("demo");

    private Things() {}

    static SessionKey key(int session) {
        return new SessionKey(new TenantId(session % 2 == 0 ? "acme" : "globex"), new SessionId("s" + session));
    }

    static CompletableFuture<Void> create(Store store, SessionKey key) {
        return store.commit(key, tx -> {
            tx.create(new Session(key, ANN, new Epoch("e"), NOW, null));
            return null;
        });
    }

    static Run queued(SessionKey key, String id, long ordinal) {
        return Run.queued(new RunKey(key, new RunId(id)), ordinal, ANN, AGENT, new MessageId("m-" + id), "text", null, NOW, null);
    }

    static NewEvent event(String text) {
        return NewEvent.of(new RunId("r"), new EventBody.TextDelta("m", text));
    }

    static CompletableFuture<Long> append(Store store, SessionKey key, String text) {
        return store.commit(key, tx -> tx.append(event(text), NOW));
    }

    /** The whole log. */
    static List<Event> log(Store store, SessionKey key) {
        List<Event> all = new ArrayList<>();
        List<Event> page = store.read(key, 0, SessionLog.MAX_READ);
        while (!page.isEmpty()) {
            all.addAll(page);
            page = store.read(key, all.getLast().sequence(), SessionLog.MAX_READ);
        }
        return all;
    }

    static List<Long> upTo(long last) {
        return LongStream.rangeClosed(1, last).boxed().toList();
    }
}
