package dev.hawser.core.simulation;

/** The wire between a client and a node. What is on its way when it is cut is lost. */
final class Line {
    /** The client's end. */
    interface Peer {
        void received(byte[] frame);

        void closed(int code);

        void lost();
    }

    /** The node's end. */
    interface Server {
        void received(byte[] frame);

        void closed();

        void lost();
    }

    private final Schedule schedule;
    private final Peer peer;
    private final Lane toPeer;
    private final Lane toServer;
    private Server server;
    private boolean up = true;

    Line(Schedule schedule, Peer peer) {
        this.schedule = schedule;
        this.peer = peer;
        this.toPeer = new Lane(schedule, () -> up);
        this.toServer = new Lane(schedule, () -> up);
    }

    void connect(Server server) {
        this.server = server;
    }

    boolean up() {
        return up;
    }

    void toPeer(byte[] frame) {
        toPeer.send(() -> peer.received(frame));
    }

    void closeToPeer(int code) {
        toPeer.send(() -> peer.closed(code));
    }

    void toServer(byte[] frame) {
        toServer.send(() -> server.received(frame));
    }

    void closeToServer() {
        toServer.send(() -> server.closed());
    }

    /** Both ends learn of it, the node sometimes much later. */
    void cut() {
        if (up) {
            up = false;
            peer.lost();
            schedule.in(schedule.delay(), server::lost);
        }
    }
}
