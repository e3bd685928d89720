package dev.hawser.gateway.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.hawser.core.model.Scope;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import dev.hawser.core.port.Identity;
import dev.hawser.gateway.config.IdentityConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * The local issuer for development: whoever can read the data folder can issue tokens, ES256 with a key that is made at
 * first use. For production posture it is off.
 */
public final class DevelopmentIdentity implements Identity, JwtIssuer {
    /** Its {@code iss}. */
    public static final String ISSUER = IdentityConfig.DEVELOPMENT_ISSUER;
    /** Longest life of a token. */
    public static final Duration MAX_TTL = Duration.ofDays(366);

    private static final ClaimRules RULES = new ClaimRules(List.of(new ClaimPath("tenant")),
            new ClaimPath("sub"), Duration.ofSeconds(30), Map.of("worker", Scope.WORKER, "operator", Scope.OPERATOR));

    private final String keyId;
    private final JWSSigner signer;
    private final JWSVerifier verifier;
    private final Clock clock;
    private final VerifiedTokens verified = new VerifiedTokens();
    private final Identities alone = Identities.of(List.of(this));

    private DevelopmentIdentity(ECKey key, Clock clock) throws JOSEException {
        this.keyId = key.getKeyID();
        this.signer = new ECDSASigner(key);
        this.verifier = new ECDSAVerifier(key.toPublicJWK());
        this.clock = clock;
    }

    /**
     * Takes the key of the data folder, and makes one where there is none. Blocks.
     *
     * @throws IOException where the folder cannot be used, or the key file is broken or open to others; the message
     *     names it
     */
    public static DevelopmentIdentity open(Path dataFolder) throws IOException {
        return open(dataFolder, Clock.systemUTC());
    }

    static DevelopmentIdentity open(Path dataFolder, Clock clock) throws IOException {
        try {
            return new DevelopmentIdentity(KeyFile.open(dataFolder.resolve("keys")), clock);
        } catch (JOSEException e) {
            throw new IOException("the development key in " + dataFolder + " cannot be used", e);
        }
    }

    /**
     * A new token for that user.
     *
     * @param ttl    from one second to {@link #MAX_TTL}
     * @param scopes {@code worker}, {@code operator}, or none for a plain user
     * @throws IllegalArgumentException where an argument is out of its bounds
     */
    public String issue(String tenant, String user, Duration ttl, Set<String> scopes) {
        if (ttl.toSeconds() < 1 || ttl.compareTo(MAX_TTL) > 0) {
            throw new IllegalArgumentException("a token lives from one second to " + MAX_TTL.toDays() + " days");
        }
        Instant now = clock.instant();
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder().issuer(ISSUER)
                .subject(new UserId(user).value())
                .claim("tenant", new TenantId(tenant).value())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(ttl)))
                .jwtID(UUID.randomUUID().toString());
        if (!scopes.isEmpty()) {
            claims.claim("scope", String.join(" ", new TreeSet<>(scopes)));
        }
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256).type(JOSEObjectType.JWT).keyID(keyId).build(),
                claims.build());
        try {
            token.sign(signer);
        } catch (JOSEException e) {
            throw new IllegalStateException("cannot sign with the development key", e);
        }
        return token.serialize();
    }

    @Override
    public String issuer() {
        return ISSUER;
    }

    @Override
    public Verdict verify(Credential credential, Instant now) {
        return alone.verify(credential, now);
    }

    @Override
    public Finding verify(Jwt jwt, Instant now) {
        boolean ours = JWSAlgorithm.ES256.getName().equals(jwt.header().path("alg").textValue())
                && keyId.equals(jwt.header().path("kid").textValue())
                && signed(jwt);
        return ours ? RULES.apply(ISSUER, jwt.claims(), now) : new Finding.Unfit(Reason.SIGNATURE);
    }

    private boolean signed(Jwt jwt) {
        String digest = VerifiedTokens.digest(jwt.text());
        if (verified.holds(digest)) {
            return true;
        }
        try {
            boolean signed = JWSObject.parse(jwt.text()).verify(verifier);
            if (signed) {
                verified.add(digest);
            }
            return signed;
        } catch (ParseException | JOSEException | IllegalStateException e) {
            return false;
        }
    }
}
