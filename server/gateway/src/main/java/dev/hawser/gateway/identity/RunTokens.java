package dev.hawser.gateway.identity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.TenantId;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The tokens that speak for one attempt of one run and for nothing else: {@code hrt_} + what it names + {@code .} +
 * HMAC-SHA256 of that, both in base64url. They are made and verified without the store, by every node that has the key, and
 * are worth nothing once the attempt is over, because the ledger says so. None of them looks like a JWT, so that none is ever
 * taken for a user's credential. Safe for all threads.
 */
public final class RunTokens {
    /** What each of them starts with. */
    static final String PREFIX = "hrt_";
    /** Fewest characters of a configured key. */
    public static final int MIN_KEY = 32;

    private static final String FILE = "run-tokens.key";
    private static final String MAC = "HmacSHA256";
    private static final int KEY_BYTES = 32;
    private static final int PARTS = 4;
    /** Longer than any that is made: three names of at most 256 characters and a number. */
    private static final int MAX_LENGTH = 4_096;

    private final SecretKeySpec key;

    private RunTokens(byte[] key) {
        this.key = new SecretKeySpec(key, MAC);
    }

    /**
     * What a token speaks for.
     *
     * @param attempt the only attempt that it may act as
     */
    public record Grant(RunKey run, int attempt) {}

    /** Those of a configured key, which nodes on several machines share. */
    public static RunTokens of(String key) {
        if (key.length() < MIN_KEY) {
            throw new IllegalArgumentException("a key has at least " + MIN_KEY + " characters");
        }
        return new RunTokens(key.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Those of the key in the data folder, which is made where there is none. Blocks.
     *
     * @throws IOException where the file cannot be used; the message names it
     */
    public static RunTokens open(Path dataFolder) throws IOException {
        Path folder = dataFolder.resolve("keys");
        try {
            byte[] key = Base64.getUrlDecoder().decode(PrivateFile.read(folder, FILE, RunTokens::fresh).strip());
            if (key.length >= KEY_BYTES) {
                return new RunTokens(key);
            }
        } catch (MalformedInputException | IllegalArgumentException e) {
            // The exception's text might quote the key.
        }
        throw new IOException("the key file " + folder.resolve(FILE) + " holds no key: remove it to have a new one made");
    }

    private static String fresh() {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        return encoded(key);
    }

    /** The token of an attempt, the same each time. */
    public String issue(RunKey run, int attempt) {
        String named = encoded(Json.bytes(Json.MAPPER.createArrayNode()
                .add(run.session().tenant().value())
                .add(run.session().session().value())
                .add(run.run().value())
                .add(attempt)));
        return PREFIX + named + "." + encoded(mac(named));
    }

    /** What the token speaks for; empty where it is none of ours. Does not say whether the attempt is live. */
    public Optional<Grant> verify(String token) {
        int dot = token.indexOf('.');
        if (token.length() > MAX_LENGTH || dot < 0 || !token.startsWith(PREFIX)) {
            return Optional.empty();
        }
        String named = token.substring(PREFIX.length(), dot);
        byte[] shown = token.substring(dot + 1).getBytes(StandardCharsets.UTF_8);
        boolean ours = MessageDigest.isEqual(encoded(mac(named)).getBytes(StandardCharsets.UTF_8), shown);
        return ours ? Optional.of(read(named)) : Optional.empty();
    }

    private static Grant read(String named) {
        JsonNode parts = Json.read(Base64.getUrlDecoder().decode(named));
        if (parts.size() != PARTS) {
            throw new IllegalStateException("a token of ours has another form");
        }
        return new Grant(new RunKey(
                new SessionKey(new TenantId(parts.get(0).textValue()), new SessionId(parts.get(1).textValue())),
                new RunId(parts.get(2).textValue())), parts.get(PARTS - 1).intValue());
    }

    private byte[] mac(String text) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(key);
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Override
    public String toString() {
        return "RunTokens[***]";
    }
}
