package dev.hawser.gateway.edge.tls;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A private key in PEM: PKCS#8 (RFC 5958), or one of the older forms, PKCS#1 for RSA (RFC 8017) and SEC 1 for elliptic curves
 * (RFC 5915), which become PKCS#8 by a frame around them. Pure.
 */
final class PemKey {
    private static final Pattern BLOCK =
            Pattern.compile("(?s)-----BEGIN ((?:[A-Z0-9]+ )*PRIVATE KEY)-----(.*?)-----END \\1-----");
    private static final int INTEGER = 0x02;
    private static final int OCTETS = 0x04;
    private static final int SEQUENCE = 0x30;

    private PemKey() {}

    /** @param certified the public key it belongs to, which says of what kind it is */
    static PrivateKey parse(String pem, PublicKey certified) throws TlsException {
        Matcher block = BLOCK.matcher(pem);
        if (!block.find()) {
            throw TlsException.key("holds no private key in PEM");
        }
        if (block.group(1).startsWith("ENCRYPTED") || block.group(2).contains("ENCRYPTED")) {
            throw TlsException.key("is encrypted, expected a key without a passphrase");
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(block.group(2));
            byte[] pkcs8 = switch (block.group(1)) {
                case "PRIVATE KEY" -> der;
                case "RSA PRIVATE KEY", "EC PRIVATE KEY" -> framed(der, certified);
                default -> throw TlsException.key("is of a kind that is not known, expected PKCS#8");
            };
            return KeyFactory.getInstance(certified.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // The parser's message could tell of the key.
            throw TlsException.key("is not the key of the certificate, or damaged");
        }
    }

    private static byte[] framed(byte[] der, PublicKey certified) {
        return der(SEQUENCE, der(INTEGER, new byte[1]), algorithm(certified.getEncoded()), der(OCTETS, der));
    }

    /** The first part of a SubjectPublicKeyInfo (RFC 5280 §4.1): which algorithm, and which curve. */
    private static byte[] algorithm(byte[] info) {
        ByteBuffer in = ByteBuffer.wrap(info);
        contentLength(in);
        int from = in.position();
        int length = contentLength(in);
        byte[] algorithm = new byte[in.position() - from + length];
        in.get(from, algorithm);
        return algorithm;
    }

    private static int contentLength(ByteBuffer in) {
        in.get();
        int length = in.get() & 0xff;
        if (length < 0x80) {
            return length;
        }
        int value = 0;
        for (int i = length & 0x7f; i > 0; i--) {
            value = value << 8 | in.get() & 0xff;
        }
        return value;
    }

    private static byte[] der(int tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteBuffer out = ByteBuffer.allocate(length + 5).put((byte) tag);
        if (length < 0x80) {
            out.put((byte) length);
        } else {
            out.put((byte) 0x83).put((byte) (length >> 16)).putShort((short) length);
        }
        for (byte[] part : parts) {
            out.put(part);
        }
        byte[] bytes = new byte[out.position()];
        out.get(0, bytes);
        return bytes;
    }
}
