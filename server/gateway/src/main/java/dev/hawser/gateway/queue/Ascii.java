package dev.hawser.gateway.queue;

import java.util.HexFormat;

/** JSON without a character beyond ASCII, which every queue takes: SQS refuses some that JSON and Unicode allow. */
final class Ascii {
    private static final int LAST = 0x7E;
    private static final HexFormat HEX = HexFormat.of();

    private Ascii() {}

    /** The same JSON: whatever is not ASCII stands in a string, where it may be escaped (RFC 8259, section 7). */
    static String of(String json) {
        StringBuilder out = new StringBuilder(json.length() + 16);
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (c <= LAST) {
                out.append(c);
            } else {
                out.append("\\u").append(HEX.toHexDigits(c));
            }
        }
        return out.toString();
    }
}
