package dev.hawser.sql.sqlite;

import dev.hawser.core.model.Event;
import dev.hawser.core.model.EventType;
import dev.hawser.core.model.RunId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/**
 * Events as bytes, one after another: session key (8), sequence (8), time (8), type (1 + n), run (2 + n, 0 for none), body
 * (4 + n). The same in the journal and in blocks. For one thread.
 */
final class EventBytes {
    private static final Map<EventType, byte[]> TYPES = new EnumMap<>(EventType.class);

    static {
        for (EventType type : EventType.values()) {
            TYPES.put(type, type.wire().getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static final int HEADER = 3 * Long.BYTES + Byte.BYTES + Short.BYTES + Integer.BYTES;

    private ByteBuffer out = ByteBuffer.allocate(4096);

    /** Told of each event in turn. */
    interface Reader {
        void event(long session, Event event);
    }

    void add(long session, Event event) {
        byte[] type = TYPES.get(event.type());
        byte[] run = event.run() == null ? new byte[0] : event.run().value().getBytes(StandardCharsets.UTF_8);
        room(HEADER + type.length + run.length + event.json().length);
        out.putLong(session).putLong(event.sequence()).putLong(event.time());
        out.put((byte) type.length).put(type);
        out.putShort((short) run.length).put(run);
        out.putInt(event.json().length).put(event.json());
    }

    boolean isEmpty() {
        return out.position() == 0;
    }

    /** What was added since the last call. */
    byte[] take() {
        byte[] bytes = Arrays.copyOf(out.array(), out.position());
        out.clear();
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
        RunId lastRun = null;
        while (in.hasRemaining()) {
            long session = in.getLong();
            long sequence = in.getLong();
            long time = in.getLong();
            String name = text(in, in.get());
            EventType type = EventType.of(name).orElseThrow(() -> new IllegalStateException("no such event type: " + name));
            int length = in.getShort();
            if (length > 0) {
                String run = text(in, length);
                lastRun = lastRun != null && lastRun.value().equals(run) ? lastRun : new RunId(run);
            }
            byte[] json = new byte[in.getInt()];
            in.get(json);
            reader.event(session, new Event(type, sequence, time, length == 0 ? null : lastRun, json));
        }
    }

    private static String text(ByteBuffer in, int length) {
        String text = new String(in.array(), in.position(), length, StandardCharsets.UTF_8);
        in.position(in.position() + length);
        return text;
    }
}
