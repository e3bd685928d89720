package dev.hawser.sql.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hawser.core.model.Epoch;
import dev.hawser.core.model.Session;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.port.StoreException;
import dev.hawser.sql.Durability;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections that are lost at the one moment when nobody can say whether a transaction took effect. */
class LostCommitTest {
    private static final SessionKey KEY = Things.key(0);

    /** Does something once, however often it is asked for: true where it was this time. */
    private static CompletableFuture<Boolean> once(PostgresStore store) {
        return store.commit(KEY, tx -> {
            if (tx.session().isEmpty()) {
                tx.create(new Session(KEY, Things.ANN, new Epoch("e"), Things.NOW, null));
            }
            if (tx.answered(Things.ANN, "c").isPresent()) {
                return false;
            }
            tx.append(Things.event("x"), Things.NOW);
            tx.answer(Things.ANN, "c", new byte[] {1}, Things.NOW);
            return true;
        });
    }

    private static CommitCutter cutter(TestDatabase database) throws Exception {
        String hosts = database.server().toString().substring(0, database.server().toString().indexOf('/'));
        int colon = hosts.lastIndexOf(':');
        return new CommitCutter(colon < 0 ? hosts : hosts.substring(0, colon),
                colon < 0 ? 5432 : Integer.parseInt(hosts.substring(colon + 1)));
    }

    private static String through(TestDatabase database, CommitCutter cutter) {
        return database.application().replaceFirst("@[^@/]+/", "@localhost:" + cutter.port() + "/");
    }

    @ParameterizedTest
    @EnumSource(CommitCutter.Cut.class)
    void whatBecameOfItIsFoundOutAndItTakesEffectOnce(CommitCutter.Cut when) throws Exception {
        try (TestDatabase database = Server.migrated(); CommitCutter cutter = cutter(database);
                PostgresStore store = PostgresStore.open(through(database, cutter), Durability.POWER)) {
            cutter.cutNextCommit(when, false);
            CompletableFuture<Boolean> asked = once(store);
            cutter.awaitCut();
            assertThat(asked.join()).isTrue();
            assertThat(Things.log(store, KEY)).hasSize(1);
            assertThat(once(store).join()).as("asked again").isFalse();
            assertThat(Things.append(store, KEY, "next").join()).isEqualTo(2);
        }
    }

    @Test
    void whereNobodyCanSayItFailsAndRepeatingTheCommandIsSafe() throws Exception {
        try (TestDatabase database = Server.migrated(); CommitCutter cutter = cutter(database);
                PostgresStore store = PostgresStore.open(through(database, cutter), Durability.POWER)) {
            cutter.cutNextCommit(CommitCutter.Cut.BEFORE_THE_ANSWER, true);
            CompletableFuture<Boolean> asked = once(store);
            cutter.awaitCut();
            assertThatThrownBy(asked::join).hasCauseInstanceOf(StoreException.class)
                    .hasMessageContaining("did not say what became of it");
            cutter.open();
            assertThat(once(store).join()).as("it had taken effect").isFalse();
            assertThat(Things.log(store, KEY)).hasSize(1);
        }
    }
}
