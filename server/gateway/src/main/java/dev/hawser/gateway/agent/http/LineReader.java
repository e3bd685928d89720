package dev.hawser.gateway.agent.http;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Cuts bytes into lines that end with LF or CRLF, and with a bare CR where that is asked for. A byte order mark before the
 * first line is dropped. Holds at most one unfinished line and one chunk. For one thread.
 */
final class LineReader {
    private final boolean bareCr;
    private final int maxLine;
    private byte[] bytes = new byte[512];
    /** Where the unread bytes begin and end, and how far they were searched for an end of line. */
    private int from;
    private int to;
    private int searched;
    private int lineStart;
    private int lineLength;
    private boolean first = true;
    private boolean afterCr;

    /**
     * @param bareCr  whether CR alone ends a line
     * @param maxLine in bytes, without its end
     */
    LineReader(boolean bareCr, int maxLine) {
        this.bareCr = bareCr;
        this.maxLine = maxLine;
    }

    void feed(ByteBuffer chunk) {
        int unread = to - from;
        int needed = unread + chunk.remaining();
        if (from > 0 && to + chunk.remaining() > bytes.length) {
            System.arraycopy(bytes, from, bytes, 0, unread);
            searched -= from;
            from = 0;
            to = unread;
        }
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(needed, bytes.length * 2));
        }
        int length = chunk.remaining();
        chunk.get(bytes, to, length);
        to += length;
    }

    /**
     * Goes to the next whole line.
     *
     * @return false where more bytes are needed
     * @throws Malformed where the line is too long, whether it has ended or not
     */
    boolean next() throws Malformed {
        if (afterCr && from < to) {
            afterCr = false;
            if (bytes[from] == '\n') {
                from++;
            }
        }
        for (int i = Math.max(searched, from); i < to; i++) {
            byte b = bytes[i];
            if (b == '\n' || b == '\r' && bareCr) {
                afterCr = b == '\r';
                int end = !bareCr && i > from && bytes[i - 1] == '\r' ? i - 1 : i;
                line(end);
                from = i + 1;
                searched = from;
                return true;
            }
        }
        searched = to;
        if (to - from > maxLine + 1 + (first ? 3 : 0)) {
            throw tooLong();
        }
        return false;
    }

    /** Makes what is left at the end of the stream the line; false where nothing is left. */
    boolean rest() throws Malformed {
        if (from == to) {
            return false;
        }
        line(to);
        from = to;
        return true;
    }

    /** The array that holds the line, until the next call of {@link #feed}. */
    byte[] array() {
        return bytes;
    }

    int start() {
        return lineStart;
    }

    int length() {
        return lineLength;
    }

    private void line(int end) throws Malformed {
        lineStart = from;
        if (first) {
            first = false;
            if (end - from >= 3 && bytes[from] == (byte) 0xEF && bytes[from + 1] == (byte) 0xBB
                    && bytes[from + 2] == (byte) 0xBF) {
                lineStart += 3;
            }
        }
        lineLength = end - lineStart;
        if (lineLength > maxLine) {
            throw tooLong();
        }
    }

    private Malformed tooLong() {
        return Malformed.invalid("An event is larger than " + maxLine + " bytes");
    }
}
