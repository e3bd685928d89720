package dev.hawser.sql.sqlite;

import dev.hawser.core.model.Epoch;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.NewEvent;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.Session;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import dev.hawser.sql.Durability;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Semaphore;

/** A process that appends until it is killed, and prints each sequence once it was acknowledged: {@code session sequence}. */
final class Appender {
    static final int SESSIONS = 20;
    private static final int IN_FLIGHT = 500;

    private Appender() {}

    static SessionKey key(int session) {
        return new SessionKey(new TenantId("acme"), new SessionId("s" + session));
    }

    public static void main(String[] args) throws InterruptedException {
        SqliteStore store = SqliteStore.open(Path.of(args[0]), Durability.valueOf(args[1]));
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true);
        for (int i = 0; i < SESSIONS; i++) {
            SessionKey key = key(i);
            store.commit(key, tx -> {
                if (tx.session().isEmpty()) {
                    tx.create(new Session(key, new UserId("ann"), new Epoch("e"), Instant.now(), null));
                }
                return null;
            }).join();
        }
        Semaphore room = new Semaphore(IN_FLIGHT);
        for (int i = 0; ; i = (i + 1) % SESSIONS) {
            int session = i;
            room.acquire();
            store.commit(key(i), tx -> tx.append(NewEvent.of(new RunId("r"),
                    new EventBody.TextDelta("m", "event " + (tx.position().last() + 1))), Instant.now()))
                    .thenAccept(sequence -> {
                        out.println(session + " " + sequence);
                        room.release();
                    });
        }
    }
}
