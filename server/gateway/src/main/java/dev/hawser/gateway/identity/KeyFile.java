package dev.hawser.gateway.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
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
import java.text.ParseException;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * The file that holds the development key as a JWK (RFC 7517), readable by its owner only. It appears whole or not at
 * all, and processes that start at once agree on one key.
 */
final class KeyFile {
    private static final String NAME = "development.jwk";
    private static final Set<PosixFilePermission> OTHERS = EnumSet.complementOf(EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE));
    private static final boolean POSIX = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    private KeyFile() {}

    /** The key of that folder, made where there is none. Blocks. */
    static synchronized ECKey open(Path folder) throws IOException {
        Files.createDirectories(folder, only("rwx------"));
        Path file = folder.resolve(NAME);
        if (!Files.exists(file)) {
            Set<StandardOpenOption> create = Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try (FileChannel guard = FileChannel.open(folder.resolve("lock"), create, only("rw-------"));
                    var _ = guard.lock()) {
                if (!Files.exists(file)) {
                    make(folder, file);
                }
            }
        }
        return read(file);
    }

    private static void make(Path folder, Path file) throws IOException {
        Path draft = Files.createTempFile(folder, "new", ".jwk", only("rw-------"));
        try (FileChannel out = FileChannel.open(draft, StandardOpenOption.WRITE)) {
            ECKey key = new ECKeyGenerator(Curve.P_256).keyUse(KeyUse.SIGNATURE).keyIDFromThumbprint(true).generate();
            out.write(ByteBuffer.wrap(key.toJSONString().getBytes(StandardCharsets.UTF_8)));
            out.force(true);
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (JOSEException e) {
            throw new IOException("cannot make a development key", e);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private static ECKey read(Path file) throws IOException {
        if (POSIX && !Collections.disjoint(Files.getPosixFilePermissions(file), OTHERS)) {
            throw new IOException("the key file " + file
                    + " is open to others than its owner: make it 0600 or remove it");
        }
        try {
            ECKey key = ECKey.parse(Files.readString(file));
            if (key.isPrivate() && key.getKeyID() != null && Curve.P_256.equals(key.getCurve())) {
                return key;
            }
        } catch (ParseException | RuntimeException e) {
            // The exception's text might quote the key.
        }
        throw new IOException("the key file " + file + " holds no key: remove it to have a new one made");
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
