package dev.hawser.gateway.identity;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The tokens whose signature was found to be true, by digest: checking one again costs some four hundred microseconds.
 * Says nothing about the claims, which are looked at each time. Bounded, the least recently used forgotten first; for
 * one key. Safe for all threads.
 */
final class VerifiedTokens {
    private static final int MAX = 10_000;

    private final Map<String, Boolean> digests = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > MAX;
        }
    };

    synchronized boolean holds(String digest) {
        return digests.get(digest) != null;
    }

    synchronized void add(String digest) {
        digests.put(digest, true);
    }

    /** What a token is known by here. */
    static String digest(String token) {
        try {
            return HexFormat.of().formatHex(
                    MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
