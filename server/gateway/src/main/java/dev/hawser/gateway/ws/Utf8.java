package dev.hawser.gateway.ws;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Checks text as RFC 6455 §8.1 demands: the one validation of a frame's bytes on their way in. */
final class Utf8 {
    private Utf8() {}

    static boolean valid(byte[] bytes) {
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
