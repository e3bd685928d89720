package dev.hawser.gateway.agent.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The check that bytes are well-formed UTF-8, which JSON parsers do not make in full. */
final class Utf8 {
    private Utf8() {}

    static void check(byte[] bytes) throws Malformed {
        for (byte b : bytes) {
            if (b < 0) {
                decode(bytes);
                return;
            }
        }
    }

    private static void decode(byte[] bytes) throws Malformed {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
        } catch (CharacterCodingException e) {
            throw Malformed.invalid("The agent's answer is not valid UTF-8");
        }
    }
}
