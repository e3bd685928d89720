package dev.hawser.core.dialect;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.EventType;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/**
 * Builds the JSON of an event around its stored body without parsing it. For one thread and one event; the only writer on
 * the way of every event, so it allocates its answer and little else.
 */
public final class EventBytes {
    private static final int DAY = 86_400_000;
    private static final Map<EventType, byte[]> NAMES = new EnumMap<>(EventType.class);
    private static volatile Day today = new Day(Long.MIN_VALUE, new byte[0]);

    static {
        for (EventType type : EventType.values()) {
            NAMES.put(type, type.wire().getBytes(StandardCharsets.US_ASCII));
        }
    }

    private byte[] out;
    private int size;

    public EventBytes(int expected) {
        out = new byte[expected];
    }

    /** The form of REST, SSE and queues: {@code {"type":…,"sequence":…,"time":…,"runId":…,…fields}}. */
    public static byte[] plain(Event event) {
        return new EventBytes(event.json().length + 160)
                .raw("{\"type\":\"").type(event.type())
                .raw("\",\"sequence\":").number(event.sequence())
                .raw(",\"time\":\"").time(event.time()).raw("\"")
                .fields(event, true)
                .raw("}")
                .bytes();
    }

    public EventBytes raw(String ascii) {
        int length = ascii.length();
        room(length);
        for (int i = 0; i < length; i++) {
            out[size + i] = (byte) ascii.charAt(i);
        }
        size += length;
        return this;
    }

    /** A JSON string, with its quotes. */
    public EventBytes quoted(String text) {
        byte[] encoded = JsonStringEncoder.getInstance().quoteAsUTF8(text);
        raw("\"");
        append(encoded, 0, encoded.length);
        return raw("\"");
    }

    public EventBytes type(EventType type) {
        byte[] name = NAMES.get(type);
        append(name, 0, name.length);
        return this;
    }

    public EventBytes number(long value) {
        return raw(Long.toString(value));
    }

    /** {@code 2026-01-31T12:00:00.000Z}. */
    public EventBytes time(long millis) {
        long day = Math.floorDiv(millis, DAY);
        Day known = today;
        if (known.number != day) {
            known = new Day(day, (LocalDate.ofEpochDay(day) + "T").getBytes(StandardCharsets.US_ASCII));
            today = known;
        }
        append(known.prefix, 0, known.prefix.length);
        int rest = (int) Math.floorMod(millis, (long) DAY);
        digits(rest / 3_600_000, 2).raw(":").digits(rest / 60_000 % 60, 2).raw(":").digits(rest / 1000 % 60, 2);
        return raw(".").digits(rest % 1000, 3).raw("Z");
    }

    /** {@code "runId"} and the body's fields, separated by commas; begins with one where {@code more} is set. */
    public EventBytes fields(Event event, boolean more) {
        boolean comma = more;
        if (event.run() != null) {
            raw(comma ? ",\"runId\":" : "\"runId\":").quoted(event.run().value());
            comma = true;
        }
        byte[] json = event.json();
        if (json.length > 2) {
            if (comma) {
                raw(",");
            }
            append(json, 1, json.length - 2);
        }
        return this;
    }

    /** What has been written. */
    public byte[] bytes() {
        return size == out.length ? out : Arrays.copyOf(out, size);
    }

    private EventBytes digits(int value, int count) {
        room(count);
        int left = value;
        for (int i = size + count - 1; i >= size; i--) {
            out[i] = (byte) ('0' + left % 10);
            left /= 10;
        }
        size += count;
        return this;
    }

    private void append(byte[] bytes, int from, int length) {
        room(length);
        System.arraycopy(bytes, from, out, size, length);
        size += length;
    }

    private void room(int more) {
        if (size + more > out.length) {
            out = Arrays.copyOf(out, Math.max(out.length * 2, size + more));
        }
    }

    private record Day(long number, byte[] prefix) {}
}
