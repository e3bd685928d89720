package dev.hawser.sql.postgres;

import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.NewEvent;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.sql.Durability;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.util.concurrent.Semaphore;

/** A process that appends until it is killed, and prints each sequence once it was acknowledged: {@code session sequence}. */
final class Appender {
    static final int SESSIONS = 20;
    private static final int IN_FLIGHT = 500;

    private Appender() {}

    public static void main(String[] args) throws InterruptedException {
        PostgresStore store = PostgresStore.open(args[0], Durability.POWER);
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true);
        for (int i = 0; i < SESSIONS; i++) {
            SessionKey key = Things.key(i);
            if (store.position(key).isEmpty()) {
                Things.create(store, key).join();
            }
        }
        Semaphore room = new Semaphore(IN_FLIGHT);
        for (int i = 0; ; i = (i + 1) % SESSIONS) {
            int session = i;
            room.acquire();
            store.commit(Things.key(i), tx -> tx.append(NewEvent.of(new RunId("r"),
                    new EventBody.TextDelta("m", "event " + (tx.position().last() + 1))), Things.NOW))
                    .thenAccept(sequence -> {
                        out.println(session + " " + sequence);
                        room.release();
                    });
        }
    }
}
