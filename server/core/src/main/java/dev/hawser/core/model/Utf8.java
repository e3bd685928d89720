package dev.hawser.core.model;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The check that bytes from outside are well-formed UTF-8 (RFC 3629), which JSON parsers do not make in full. */
public final class Utf8 {
    private Utf8() {}

    /** Whether they are. Costs no allocation where all is ASCII. */
    public static boolean valid(byte[] bytes) {
        for (byte one : bytes) {
            if (one < 0) {
                return decodes(bytes);
            }
        }
        return true;
    }

    private static boolean decodes(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
