package dev.hawser.gateway.ws;

import dev.hawser.core.fanout.Cursor;
import dev.hawser.core.fanout.Delivery;
import dev.hawser.core.model.Epoch;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.port.SessionLog;
import java.util.List;

/** One wire's place in one session's log. For the wire's event loop. */
final class Follower {
    private static final int PAGE = 256;
    /** How many bytes of a page are written at a time: a peer that reads is never taken for one that does not. */
    private static final int GULP = 16 * 1024;

    final Wire wire;
    final SessionKey session;
    private final Epoch epoch;
    private final Cursor cursor;
    /** What of a page is still to be written; empty for nothing. */
    private List<byte[]> page = List.of();
    private boolean reading;
    private boolean waitsForRoom;
    private boolean over;

    Follower(Wire wire, SessionKey session, Epoch epoch, long after) {
        this.wire = wire;
        this.session = session;
        this.epoch = epoch;
        this.cursor = new Cursor(after);
    }

    void end() {
        over = true;
    }

    /** Reads on from where it stands, as soon as the peer has taken most of what was sent. */
    void read() {
        if (over || reading || !page.isEmpty()) {
            return;
        }
        if (!wire.out().hasRoom()) {
            waitsForRoom = true;
            return;
        }
        reading = true;
        long after = cursor.position();
        wire.readLog(session, after, PAGE, this::page);
    }

    /** The peer has taken what was sent. */
    void room() {
        if (waitsForRoom && !over) {
            waitsForRoom = false;
            pour();
        }
    }

    /** Writes of the page what there is room for, then reads on. */
    private void pour() {
        FramesOut out = wire.out();
        int from = 0;
        while (from < page.size() && out.hasRoom()) {
            int to = from;
            for (int bytes = 0; to < page.size() && bytes < GULP; to++) {
                bytes += page.get(to).length;
            }
            out.deliver(page.subList(from, to));
            from = to;
        }
        page = from == page.size() ? List.of() : page.subList(from, page.size());
        if (page.isEmpty()) {
            read();
        } else {
            waitsForRoom = true;
        }
    }

    /** Consecutive events of the session became durable. */
    void live(Framed framed) {
        Delivery delivery = framed.delivery();
        FramesOut out = wire.out();
        switch (cursor.live(delivery.first(), delivery.last())) {
            case WRITE -> {
                if (cursor.skip() == 0 && !out.correlates()) {
                    out.deliver(framed.whole(out).retainedDuplicate(), delivery.events().size());
                } else {
                    out.deliver(frames(delivery));
                }
            }
            case READ -> read();
            case NONE -> { }
            case LOST, WRITE_AND_READ -> throw new IllegalStateException("not an answer to a live append");
        }
    }

    /** Those of the delivery that the wire has not had, as its client gets them. */
    private List<byte[]> frames(Delivery delivery) {
        FramesOut out = wire.out();
        List<byte[]> frames = delivery.frames(out.dialect());
        int skip = cursor.skip();
        return out.own(session.session(), delivery.events().subList(skip, frames.size()), frames.subList(skip, frames.size()));
    }

    private void page(SessionLog.Page read) {
        reading = false;
        if (over) {
            return;
        }
        switch (cursor.page(read)) {
            case NONE -> { }
            case READ -> read();
            case WRITE, WRITE_AND_READ -> {
                page = frames(new Delivery(session, epoch, read.events()));
                pour();
            }
            case LOST -> wire.outrun(session.session());
        }
    }
}
