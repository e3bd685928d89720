package dev.hawser.gateway.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/** A public key that an issuer signs its tokens with (RFC 7517). Safe for all threads. */
record SigningKey(JWK jwk) {
    private static final int MIN_RSA_BITS = 2048;
    /** What stands before the 32 bytes of an Ed25519 key in its X.509 form (RFC 8410 §4). */
    private static final byte[] ED25519 = HexFormat.of().parseHex("302a300506032b6570032100");

    /** The key, where it is one to verify signatures with: an issuer's keys for encryption stand beside it. */
    static Optional<SigningKey> of(JWK jwk) {
        boolean signs = jwk.getKeyUse() == null
                ? jwk.getKeyOperations() == null || jwk.getKeyOperations().contains(KeyOperation.VERIFY)
                : jwk.getKeyUse().equals(KeyUse.SIGNATURE);
        boolean sound = switch (jwk) {
            case RSAKey rsa -> rsa.size() >= MIN_RSA_BITS;
            case ECKey ec -> Curve.P_256.equals(ec.getCurve()) || Curve.P_384.equals(ec.getCurve())
                    || Curve.P_521.equals(ec.getCurve());
            case OctetKeyPair pair -> Curve.Ed25519.equals(pair.getCurve());
            default -> false;
        };
        return signs && sound ? Optional.of(new SigningKey(jwk.toPublicJWK())) : Optional.empty();
    }

    /** Whether tokens of that {@code alg} may be signed with it: the kind of key and, where it says so, the key itself decide. */
    boolean fits(String algorithm) {
        boolean allowed = jwk.getAlgorithm() == null || jwk.getAlgorithm().getName().equals(algorithm);
        return allowed && switch (algorithm) {
            case "RS256", "RS384", "RS512", "PS256", "PS384", "PS512" -> jwk instanceof RSAKey;
            case "ES256" -> jwk instanceof ECKey ec && Curve.P_256.equals(ec.getCurve());
            case "ES384" -> jwk instanceof ECKey ec && Curve.P_384.equals(ec.getCurve());
            case "ES512" -> jwk instanceof ECKey ec && Curve.P_521.equals(ec.getCurve());
            case "EdDSA" -> jwk instanceof OctetKeyPair;
            default -> false;
        };
    }

    /** Whether the token was signed with it, in the way that the token says. Only for an algorithm that {@link #fits}. */
    boolean signed(Jwt jwt) {
        String text = jwt.text();
        int dot = text.lastIndexOf('.');
        byte[] input = text.substring(0, dot).getBytes(StandardCharsets.US_ASCII);
        Base64URL signature = new Base64URL(text.substring(dot + 1));
        JWSHeader header = new JWSHeader(JWSAlgorithm.parse(jwt.algorithm()));
        try {
            return switch (jwk) {
                case RSAKey rsa -> new RSASSAVerifier(rsa).verify(header, input, signature);
                case ECKey ec -> new ECDSAVerifier(ec).verify(header, input, signature);
                case OctetKeyPair pair -> ed25519(pair, input, signature.decode());
                default -> false;
            };
        } catch (JOSEException | GeneralSecurityException | IllegalStateException e) {
            return false;
        }
    }

    /** By the JDK: the JOSE library needs another library for it. */
    private static boolean ed25519(OctetKeyPair pair, byte[] input, byte[] signature) throws GeneralSecurityException {
        byte[] x = pair.getDecodedX();
        byte[] encoded = Arrays.copyOf(ED25519, ED25519.length + x.length);
        System.arraycopy(x, 0, encoded, ED25519.length, x.length);
        PublicKey key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
        Signature verifier = Signature.getInstance("Ed25519");
        verifier.initVerify(key);
        verifier.update(input);
        return verifier.verify(signature);
    }
}
