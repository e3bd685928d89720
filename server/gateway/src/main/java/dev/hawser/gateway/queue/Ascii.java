package dev.hawser.gateway.queue;

/** JSON without a character beyond ASCII, which every queue takes: SQS refuses some that JSON and Unicode allow. */
final class Ascii {
    private static final int LAST = 0x7E;

    private Ascii() {}

    /** The same JSON: whatever is not ASCII stands in a string, where it may be escaped (RFC 8259, section 7). */
    static String of(String json) {
        StringBuilder out = new StringBuilder(json.length() + 16);
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (c <= LAST) {
                out.append(c);
            } else {
                out.append("\\u").append(String.format("%04x", (int) c));
            }
        }
        return out.toString();
    }
}
