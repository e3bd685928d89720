package dev.hawser.gateway.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.jwk.JWK;
import java.io.IOException;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The keys that an issuer signs with, as it had them at one moment (RFC 7517 §5), and the tokens that were found to be signed
 * with them. Safe for all threads.
 */
final class KeySet {
    static final KeySet EMPTY = new KeySet(List.of());
    /** More than these of one issuer are not looked at. */
    private static final int MAX_KEYS = 100;

    private final List<SigningKey> keys;
    private final VerifiedTokens verified = new VerifiedTokens();

    private KeySet(List<SigningKey> keys) {
        this.keys = List.copyOf(keys);
    }

    /**
     * What can be used of the document: keys that are unknown, broken or for something else are left out (RFC 7517 §5).
     *
     * @throws IOException where it is no set of keys
     */
    static KeySet parse(ObjectNode document) throws IOException {
        if (!document.path("keys").isArray()) {
            throw new IOException("holds no list of keys");
        }
        List<SigningKey> keys = new ArrayList<>();
        for (JsonNode key : document.path("keys")) {
            if (keys.size() < MAX_KEYS && key.isObject()) {
                try {
                    SigningKey.of(JWK.parse(key.toString())).ifPresent(keys::add);
                } catch (ParseException | RuntimeException e) {
                    continue;
                }
            }
        }
        return new KeySet(keys);
    }

    int size() {
        return keys.size();
    }

    /** How many of them tokens of that {@code alg} may be signed with. */
    long fitting(String algorithm) {
        return keys.stream().filter(key -> key.fits(algorithm)).count();
    }

    /**
     * The key that a token asks for.
     *
     * @param id null where the token names none: then it has to be the only one that fits
     */
    Optional<SigningKey> find(String id, String algorithm) {
        Stream<SigningKey> fitting = keys.stream().filter(key -> key.fits(algorithm));
        if (id != null) {
            return fitting.filter(key -> id.equals(key.jwk().getKeyID())).findFirst();
        }
        List<SigningKey> all = fitting.toList();
        return all.size() == 1 ? Optional.of(all.getFirst()) : Optional.empty();
    }

    /** Whether the token was signed with one of these keys; a signature is calculated once. */
    boolean signed(Jwt jwt, SigningKey key) {
        String digest = VerifiedTokens.digest(jwt.text());
        if (verified.holds(digest)) {
            return true;
        }
        boolean signed = key.signed(jwt);
        if (signed) {
            verified.add(digest);
        }
        return signed;
    }
}
