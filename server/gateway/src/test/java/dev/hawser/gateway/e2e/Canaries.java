package dev.hawser.gateway.e2e;

import dev.hawser.gateway.identity.DevelopmentIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Texts that are shown as credentials and must not be seen anywhere else, and how to look for them. */
final class Canaries {
    private final Map<String, String> all = new LinkedHashMap<>();
    private final SecureRandom random = new SecureRandom();

    /** A credential that nobody has given out. */
    String made(String what) {
        byte[] bytes = new byte[12];
        random.nextBytes(bytes);
        return known(what, "canary" + HexFormat.of().formatHex(bytes));
    }

    /** Something that is a secret already. */
    String known(String what, String secret) {
        all.put(secret, what);
        return secret;
    }

    /** A token that is good: neither its claims nor its signature may be seen. */
    String token(DevelopmentIdentity identity, String user, String... scopes) {
        String token = identity.issue("acme", user, Duration.ofHours(1), Set.of(scopes));
        String[] parts = token.split("\\.");
        known("claims of " + user, parts[1]);
        known("signature of " + user, parts[2]);
        return token;
    }

    /** A token that is well formed and has a signature that is not true. */
    String forged(DevelopmentIdentity identity, String user) {
        String token = identity.issue("acme", user, Duration.ofHours(1), Set.of());
        String claims = token.split("\\.")[1];
        known("claims of a forged token", claims);
        return token.split("\\.")[0] + "." + claims + "." + made("signature of a forged token");
    }

    int size() {
        return all.size();
    }

    /** What of it is in the text; each entry says which canary was seen where. */
    List<String> in(String place, String text) {
        List<String> seen = new ArrayList<>();
        all.forEach((secret, what) -> {
            int at = text.indexOf(secret);
            if (at >= 0) {
                seen.add(what + " in " + place + ": ..."
                        + text.substring(Math.max(0, at - 120), Math.min(text.length(), at + secret.length() + 20)) + "...");
            }
        });
        return seen;
    }

    /** What of it is in the files of the folder, byte for byte. */
    List<String> in(Path folder) throws IOException {
        List<String> seen = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                seen.addAll(in(file.toString(), bytes(file)));
            }
        }
        return seen;
    }

    /** Every byte of a file as one character. */
    static String bytes(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    }
}
