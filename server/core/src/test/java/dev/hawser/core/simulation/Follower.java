package dev.hawser.core.simulation;

import dev.hawser.core.fanout.Cursor;
import dev.hawser.core.fanout.Delivery;
import dev.hawser.core.model.Epoch;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.port.SessionLog;
import java.util.List;

/** One wire's place in one session's log, driven as a host drives it. */
final class Follower {
    private static final int PAGE = 5;

    final SessionKey session;
    private final ServerWire wire;
    private final Epoch epoch;
    private final Cursor cursor;
    private boolean over;

    Follower(ServerWire wire, SessionKey session, Epoch epoch, long after) {
        this.wire = wire;
        this.session = session;
        this.epoch = epoch;
        this.cursor = new Cursor(after);
    }

    void end() {
        over = true;
    }

    void read() {
        if (!over) {
            wire.readLog(session, cursor.position(), PAGE, this::page);
        }
    }

    void live(Delivery delivery) {
        switch (cursor.live(delivery.first(), delivery.last())) {
            case NONE -> { }
            case WRITE -> write(delivery);
            case READ -> read();
            case WRITE_AND_READ, LOST -> throw new IllegalStateException("not an answer to a live append");
        }
    }

    private void page(SessionLog.Page page) {
        if (over) {
            return;
        }
        switch (cursor.page(page)) {
            case NONE -> { }
            case READ -> read();
            case WRITE -> write(new Delivery(session, epoch, page.events()));
            case WRITE_AND_READ -> {
                write(new Delivery(session, epoch, page.events()));
                read();
            }
            case LOST -> wire.outrun(session.session());
        }
    }

    private void write(Delivery delivery) {
        List<byte[]> frames = delivery.frames(Node.DIALECT);
        wire.deliver(session, delivery.events(), frames, cursor.skip());
    }
}
