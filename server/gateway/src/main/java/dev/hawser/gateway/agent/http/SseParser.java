package dev.hawser.gateway.agent.http;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Server-sent events, read as the WHATWG HTML standard says (section 9.2.6): lines end with CR, LF or CRLF, one leading byte
 * order mark is dropped, the values of several {@code data} fields are joined by LF, comments and the other fields mean
 * nothing here. Events without data are passed over. An event that the end of the stream cuts short is not given. For one
 * thread.
 */
final class SseParser implements EventParser {
    private static final byte[] DATA = {'d', 'a', 't', 'a'};

    private final LineReader lines = new LineReader(true, MAX_EVENT + DATA.length + 2);
    private byte[] data = new byte[256];
    private int length;
    private boolean open;

    @Override
    public void feed(ByteBuffer chunk) {
        lines.feed(chunk);
    }

    @Override
    public byte[] next() throws Malformed {
        while (lines.next()) {
            if (lines.length() > 0) {
                field();
            } else if (open) {
                byte[] event = Arrays.copyOf(data, length);
                open = false;
                length = 0;
                if (event.length > 0) {
                    return event;
                }
            }
        }
        return null;
    }

    @Override
    public byte[] end() throws Malformed {
        boolean unterminated = lines.rest() && lines.length() > 0 && lines.array()[lines.start()] != ':';
        if (open && length > 0 || unterminated) {
            throw Malformed.truncated("The agent's answer ended inside an event");
        }
        return null;
    }

    private void field() throws Malformed {
        byte[] line = lines.array();
        int start = lines.start();
        int end = start + lines.length();
        int nameEnd = start + DATA.length;
        if (end < nameEnd || !Arrays.equals(line, start, nameEnd, DATA, 0, DATA.length)
                || end > nameEnd && line[nameEnd] != ':') {
            return;
        }
        int value = Math.min(end, nameEnd + 1);
        if (value < end && line[value] == ' ') {
            value++;
        }
        append(line, value, end - value);
    }

    private void append(byte[] line, int from, int count) throws Malformed {
        int joined = length + (open ? 1 : 0) + count;
        if (joined > MAX_EVENT) {
            throw Malformed.invalid("An event is larger than " + MAX_EVENT + " bytes");
        }
        if (joined > data.length) {
            data = Arrays.copyOf(data, Math.max(joined, data.length * 2));
        }
        if (open) {
            data[length++] = '\n';
        }
        System.arraycopy(line, from, data, length, count);
        length += count;
        open = true;
    }
}
