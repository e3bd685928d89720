package dev.hawser.sql.postgres;

import dev.hawser.sql.group.BufferedTx;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Short keys for names of any length. */
final class Digests {
    private Digests() {}

    /** SHA-256 of user and command id; no user holds the NUL between them. */
    static byte[] of(BufferedTx.Command command) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest((command.user() + "\0" + command.id()).getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
