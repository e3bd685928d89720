package dev.hawser.gateway.identity;

import com.nimbusds.jose.jwk.ECKey;
import dev.hawser.core.fuzz.FuzzTarget;
import dev.hawser.core.fuzz.Holds;
import dev.hawser.core.port.Identity;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A token as a peer shows it, to an issuer whose key the peer does not have. Nobody is let in but with what was signed:
 * however a token is bent, the part under the signature is that of a good one. No address is ever called.
 */
public final class TokenTarget implements FuzzTarget {
    private static final Instant NOW = Instant.ofEpochSecond(2_000_000_000);

    private final DevelopmentIdentity identity;
    private final String good;
    private final List<byte[]> seeds = new ArrayList<>();

    /** @param folder for the key */
    public TokenTarget(Path folder) throws Exception {
        identity = DevelopmentIdentity.open(folder, Clock.fixed(NOW, ZoneOffset.UTC));
        good = identity.issue("acme", "ann", Duration.ofMinutes(10), Set.of());
        ECKey key = KeyFile.open(folder.resolve("keys"));
        seeds.add(ascii(good));
        BadTokens.signedWith(key, good).values().stream()
                .filter(token -> token.length() < 3000).forEach(token -> seeds.add(ascii(token)));
    }

    private static byte[] ascii(String token) {
        return token.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public String name() {
        return "token";
    }

    @Override
    public List<byte[]> seeds() {
        return seeds;
    }

    @Override
    public void take(byte[] input) {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        Jwt.parse(text).ifPresent(jwt -> {
            Holds.same(jwt.text(), text, "text");
            Holds.that(!jwt.toString().contains(text), "shows the token");
        });
        switch (identity.verify(new Identity.Credential.Token(text), NOW)) {
            case Identity.Verdict.Refused refused -> Holds.presentable(refused.fault().message());
            case Identity.Verdict.Accepted accepted -> {
                String signed = text.substring(0, Math.max(text.lastIndexOf('.'), 0));
                boolean known = seeds.stream().map(seed -> new String(seed, StandardCharsets.ISO_8859_1))
                        .anyMatch(seed -> seed.startsWith(signed + "."));
                Holds.that(known, "let somebody in: " + accepted.principal());
                Holds.same(accepted.principal().user().value(), "ann", "user");
            }
        }
    }
}
