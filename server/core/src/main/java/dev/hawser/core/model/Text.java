package dev.hawser.core.model;

/** The bounds every identifier keeps, so that none can break a log line, an index or a URL. */
final class Text {
    /** Longest identifier, in UTF-16 units. */
    static final int MAX_ID = 128;
    /** Longest name taken from a credential (tenant, user), in UTF-16 units. */
    static final int MAX_NAME = 256;

    private Text() {}

    static String id(String what, String value) {
        return bounded(what, value, MAX_ID);
    }

    static String name(String what, String value) {
        return bounded(what, value, MAX_NAME);
    }

    private static String bounded(String what, String value, int max) {
        if (value == null || value.isEmpty() || value.length() > max) {
            throw new IllegalArgumentException(what + " must have 1 to " + max + " characters");
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (Character.isISOControl(c) || Character.isSurrogate(c)) {
                throw new IllegalArgumentException(what + " must not hold control characters");
            }
        }
        return value;
    }
}
