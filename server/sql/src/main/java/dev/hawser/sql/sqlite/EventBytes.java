package dev.hawser.sql.sqlite;

import dev.hawser.core.model.Event;
import dev.hawser.core.model.EventType;
import dev.hawser.core.model.RunId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * Events as bytes, one after another, each without what it shares with the one before: flags (1); session key and sequence
 * (8 + 8) unless it is the same session's next event; type (1 + n), run (2 + n, 0 for none) and time (8) unless they are the
 * same; body (4 + n). The same in the journal and in blocks. For one thread.
 */
final class EventBytes {
    private static final int PLACE = 1;
    private static final int TYPE = 2;
    private static final int RUN = 4;
    private static final int TIME = 8;
    /** All but type, run and body. */
    private static final int FIXED = 1 + 8 + 8 + 1 + 2 + 8 + 4;

    private static final Map<EventType, byte[]> TYPES = new EnumMap<>(EventType.class);

    static {
        for (EventType type : EventType.values()) {
            TYPES.put(type, type.wire().getBytes(StandardCharsets.US_ASCII));
        }
    }

    private ByteBuffer out = ByteBuffer.allocate(4096);
    private long lastSession;
    private Event last;

    /** Told of each event in turn. */
    interface Reader {
        void event(long session, Event event);
    }

    void add(long session, Event event) {
        boolean first = last == null;
        boolean place = first || session != lastSession || event.sequence() != last.sequence() + 1;
        boolean type = first || event.type() != last.type();
        boolean ran = first ? event.run() != null : !Objects.equals(event.run(), last.run());
        boolean time = first || event.time() != last.time();
        byte[] name = TYPES.get(event.type());
        byte[] run = ran && event.run() != null ? event.run().value().getBytes(StandardCharsets.UTF_8) : new byte[0];
        room(FIXED + name.length + run.length + event.json().length);
        out.put((byte) ((place ? PLACE : 0) | (type ? TYPE : 0) | (ran ? RUN : 0) | (time ? TIME : 0)));
        if (place) {
            out.putLong(session).putLong(event.sequence());
        }
        if (type) {
            out.put((byte) name.length).put(name);
        }
        if (ran) {
            out.putShort((short) run.length).put(run);
        }
        if (time) {
            out.putLong(event.time());
        }
        out.putInt(event.json().length).put(event.json());
        lastSession = session;
        last = event;
    }

    /** How many bytes were added since the last {@link #take}. */
    int size() {
        return out.position();
    }

    /** What was added since the last call. */
    byte[] take() {
        byte[] bytes = Arrays.copyOf(out.array(), out.position());
        out.clear();
        last = null;
        return bytes;
    }

    private void room(int more) {
        if (out.remaining() < more) {
            ByteBuffer larger = ByteBuffer.allocate(Math.max(out.capacity() * 2, out.position() + more));
            out = larger.put(out.flip());
        }
    }

    static void read(byte[] bytes, Reader reader) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        long session = 0;
        long sequence = 0;
        EventType type = null;
        RunId run = null;
        long time = 0;
        while (in.hasRemaining()) {
            int flags = in.get();
            sequence++;
            if ((flags & PLACE) != 0) {
                session = in.getLong();
                sequence = in.getLong();
            }
            if ((flags & TYPE) != 0) {
                String name = text(in, in.get());
                type = EventType.of(name).orElseThrow(() -> new IllegalStateException("no such event type: " + name));
            }
            if ((flags & RUN) != 0) {
                int length = in.getShort();
                run = length == 0 ? null : new RunId(text(in, length));
            }
            if ((flags & TIME) != 0) {
                time = in.getLong();
            }
            byte[] json = new byte[in.getInt()];
            in.get(json);
            reader.event(session, new Event(type, sequence, time, run, json));
        }
    }

    private static String text(ByteBuffer in, int length) {
        String text = new String(in.array(), in.position(), length, StandardCharsets.UTF_8);
        in.position(in.position() + length);
        return text;
    }
}
