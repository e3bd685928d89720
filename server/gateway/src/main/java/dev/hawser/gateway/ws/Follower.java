package dev.hawser.gateway.ws;

import dev.hawser.core.fanout.Cursor;
import dev.hawser.core.fanout.Delivery;
import dev.hawser.core.model.Epoch;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.SessionKey;
import java.util.List;

/** One wire's place in one session's log. For the wire's event loop. */
final class Follower {
    private static final int PAGE = 256;

    final Wire wire;
    final SessionKey session;
    private final Epoch epoch;
    private final Cursor cursor;
    /** A page has been asked for, or waits for room. */
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
        if (over || reading) {
            return;
        }
        if (!wire.hasRoom()) {
            waitsForRoom = true;
            return;
        }
        reading = true;
        long after = cursor.position();
        wire.readLog(session, after, PAGE, this::page);
    }

    /** The peer has taken what was sent. */
    void room() {
        if (waitsForRoom) {
            waitsForRoom = false;
            read();
        }
    }

    /** Consecutive events of the session became durable. */
    void live(Framed framed) {
        Delivery delivery = framed.delivery();
        switch (cursor.live(delivery.first(), delivery.last())) {
            case WRITE -> {
                if (cursor.skip() == 0) {
                    wire.deliver(framed.whole(wire).retainedDuplicate(), delivery.events().size());
                } else {
                    write(delivery);
                }
            }
            case READ -> read();
            case NONE -> { }
            case LOST, WRITE_AND_READ -> throw new IllegalStateException("not an answer to a live append");
        }
    }

    private void page(List<Event> events) {
        reading = false;
        if (over) {
            return;
        }
        Cursor.Step step = events.isEmpty()
                ? cursor.empty()
                : cursor.page(events.getFirst().sequence(), events.getLast().sequence());
        switch (step) {
            case NONE -> { }
            case READ -> read();
            case WRITE -> write(new Delivery(session, epoch, events));
            case WRITE_AND_READ -> {
                write(new Delivery(session, epoch, events));
                read();
            }
            case LOST -> wire.outrun(session.session());
        }
    }

    private void write(Delivery delivery) {
        wire.deliver(wire.frames(delivery, cursor.skip()), delivery.events().size() - cursor.skip());
    }
}
