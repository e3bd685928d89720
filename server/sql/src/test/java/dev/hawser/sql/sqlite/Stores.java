package dev.hawser.sql.sqlite;

import dev.hawser.core.port.PortUnderTest;
import dev.hawser.core.port.StoreUnderTest;
import dev.hawser.sql.Durability;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** Stores in folders of their own. */
final class Stores {
    private Stores() {}

    static StoreUnderTest fresh() throws IOException {
        Path folder = Files.createTempDirectory("hawser-store");
        SqliteStore store = SqliteStore.open(folder, Durability.PROCESS);
        return StoreUnderTest.of(store, () -> {
            store.close();
            delete(folder);
        });
    }

    static <P> PortUnderTest<P> fresh(Function<SqliteStore, P> port) throws IOException {
        Path folder = Files.createTempDirectory("hawser-store");
        SqliteStore store = SqliteStore.open(folder, Durability.PROCESS);
        return new PortUnderTest<>(port.apply(store), () -> {
            store.close();
            delete(folder);
        });
    }

    static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
