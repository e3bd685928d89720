package dev.hawser.gateway.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Path;
import java.text.ParseException;

/** The file that holds the development key as a JWK (RFC 7517). */
final class KeyFile {
    private static final String NAME = "development.jwk";

    private KeyFile() {}

    /** The key of that folder, made where there is none. Blocks. */
    static ECKey open(Path folder) throws IOException {
        try {
            ECKey key = ECKey.parse(PrivateFile.read(folder, NAME, KeyFile::make));
            if (key.isPrivate() && key.getKeyID() != null && Curve.P_256.equals(key.getCurve())) {
                return key;
            }
        } catch (ParseException | MalformedInputException | RuntimeException e) {
            // The exception's text might quote the key.
        }
        throw new IOException("the key file " + folder.resolve(NAME) + " holds no key: remove it to have a new one made");
    }

    private static String make() throws IOException {
        try {
            return new ECKeyGenerator(Curve.P_256).keyUse(KeyUse.SIGNATURE).keyIDFromThumbprint(true).generate()
                    .toJSONString();
        } catch (JOSEException e) {
            throw new IOException("cannot make a development key", e);
        }
    }
}
