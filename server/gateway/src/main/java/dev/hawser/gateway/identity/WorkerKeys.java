package dev.hawser.gateway.identity;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.List;

/**
 * The configured bearer keys of workers. They are kept as digests, and the time of a comparison tells nothing about
 * them. Safe for all threads.
 */
public final class WorkerKeys {
    private final List<byte[]> digests;

    public WorkerKeys(Collection<String> keys) {
        this.digests = keys.stream().map(WorkerKeys::digest).toList();
    }

    /** Whether the text is one of the keys. */
    public boolean holds(String text) {
        byte[] shown = digest(text);
        boolean found = false;
        for (byte[] digest : digests) {
            found |= MessageDigest.isEqual(digest, shown);
        }
        return found;
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
