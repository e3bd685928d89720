package dev.hawser.bench.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * Looks for a few bytes inside a received frame without parsing it as JSON: what the generator spends on a frame is
 * taken from the server beside it. Positions are absolute in the buffer; {@code to} is exclusive.
 */
public final class Scan {
    private Scan() {
    }

    /** The bytes to look for, as ASCII. */
    public static byte[] needle(String ascii) {
        return ascii.getBytes(StandardCharsets.US_ASCII);
    }

    /** Where the byte behind {@code needle} stands, or -1. */
    public static int after(ByteBuf bytes, int from, int to, byte[] needle) {
        int last = to - needle.length;
        int at = bytes.indexOf(from, to, needle[0]);
        while (at >= 0 && at <= last) {
            if (startsWith(bytes, at, to, needle)) {
                return at + needle.length;
            }
            at = bytes.indexOf(at + 1, to, needle[0]);
        }
        return -1;
    }

    /** The decimal number that starts at {@code at}: digits up to the first other byte, no sign. */
    public static long number(ByteBuf bytes, int at, int to) {
        long value = 0;
        for (int i = at; i < to; i++) {
            int digit = bytes.getByte(i) - '0';
            if (digit < 0 || digit > 9) {
                break;
            }
            value = value * 10 + digit;
        }
        return value;
    }

    /** Whether the needle stands at {@code at}; false for a negative {@code at}. */
    public static boolean startsWith(ByteBuf bytes, int at, int to, byte[] needle) {
        if (at < 0 || at + needle.length > to) {
            return false;
        }
        for (int i = 0; i < needle.length; i++) {
            if (bytes.getByte(at + i) != needle[i]) {
                return false;
            }
        }
        return true;
    }
}
