package dev.hawser.gateway.identity;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * A small file with a secret in it, readable by its owner only. It appears whole or not at all, and processes that start at
 * once agree on one content.
 */
final class PrivateFile {
    private static final Set<PosixFilePermission> OTHERS = EnumSet.complementOf(EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE));
    private static final boolean POSIX = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    private PrivateFile() {}

    /** What a new file is to hold. */
    interface Content {
        String make() throws IOException;
    }

    /**
     * The text of the file, made where there is none. Blocks.
     *
     * @throws IOException where it cannot be made or read, or is open to others; the message names it
     */
    static synchronized String read(Path folder, String name, Content fresh) throws IOException {
        Files.createDirectories(folder, only("rwx------"));
        Path file = folder.resolve(name);
        if (!Files.exists(file)) {
            Set<StandardOpenOption> create = Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try (FileChannel guard = FileChannel.open(folder.resolve("lock"), create, only("rw-------"));
                    var _ = guard.lock()) {
                if (!Files.exists(file)) {
                    make(file, fresh.make());
                }
            }
        }
        if (POSIX && !Collections.disjoint(Files.getPosixFilePermissions(file), OTHERS)) {
            throw new IOException("the key file " + file
                    + " is open to others than its owner: make it 0600 or remove it");
        }
        return Files.readString(file);
    }

    private static void make(Path file, String text) throws IOException {
        Path draft = Files.createTempFile(file.getParent(), "new", ".key", only("rw-------"));
        try (FileChannel out = FileChannel.open(draft, StandardOpenOption.WRITE)) {
            out.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            out.force(true);
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private static FileAttribute<?>[] only(String permissions) {
        if (!POSIX) {
            return new FileAttribute<?>[0];
        }
        return new FileAttribute<?>[] {
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        };
    }
}
