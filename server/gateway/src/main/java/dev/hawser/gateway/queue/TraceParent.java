package dev.hawser.gateway.queue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.Run;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** The trace that a run belongs to, as consumers are told it: W3C Trace Context, section 3.2. */
final class TraceParent {
    private static final Pattern FORM = Pattern.compile("00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");
    private static final int TRACE = 16;
    private static final int PARENT = 24;

    private TraceParent() {}

    /** What the sender put into the metadata as {@code traceparent}; else one of the run's own, the same each time, not sampled. */
    static String of(Run run) {
        JsonNode given = run.metadata() == null ? null : run.metadata().get("traceparent");
        if (given != null && given.isTextual() && FORM.matcher(given.textValue()).matches()) {
            return given.textValue();
        }
        byte[] digest = digest(run.id().value());
        HexFormat hex = HexFormat.of();
        return "00-" + hex.formatHex(digest, 0, TRACE) + "-" + hex.formatHex(digest, TRACE, PARENT) + "-00";
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
