package dev.hawser.gateway.identity;

import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.TenantId;
import dev.hawser.gateway.config.WorkersConfig;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The configured bearer keys of workers. They are kept as digests, and the time of a comparison tells nothing about
 * them. Safe for all threads.
 */
public final class WorkerKeys {
    private final List<Entry> entries;

    private record Entry(byte[] digest, WorkerScope scope) {}

    private WorkerKeys(List<Entry> entries) {
        this.entries = entries;
    }

    public static WorkerKeys of(List<WorkersConfig.WorkerKey> keys) {
        return new WorkerKeys(keys.stream().map(key -> new Entry(digest(key.key().reveal()), new WorkerScope(
                key.agents().stream().map(AgentName::new).collect(Collectors.toUnmodifiableSet()),
                key.tenants().stream().map(TenantId::new).collect(Collectors.toUnmodifiableSet())))).toList());
    }

    /** What the key opens; empty where it is none. Of a key that is there twice, the first counts. */
    public Optional<WorkerScope> find(String text) {
        byte[] shown = digest(text);
        WorkerScope found = null;
        for (Entry entry : entries) {
            boolean same = MessageDigest.isEqual(entry.digest(), shown);
            found = same && found == null ? entry.scope() : found;
        }
        return Optional.ofNullable(found);
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
