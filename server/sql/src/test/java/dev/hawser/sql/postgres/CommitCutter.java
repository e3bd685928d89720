package dev.hawser.sql.postgres;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/** A way to a server that cuts the next connection that commits, before or after the server hears of it. */
final class CommitCutter implements Closeable {
    private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final String host;
    private final int port;
    private final CountDownLatch cut = new CountDownLatch(1);
    private volatile Cut next;
    private volatile boolean shut;
    private volatile boolean shutAfterwards;

    /** When to cut. */
    enum Cut { BEFORE_THE_SERVER_HEARS, BEFORE_THE_ANSWER }

    CommitCutter(String host, int port) throws IOException {
        this.host = host;
        this.port = port;
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return door.getLocalPort();
    }

    /** @param shut whether nobody is let in after that, until {@link #open} */
    void cutNextCommit(Cut when, boolean shut) {
        this.shut = false;
        shutAfterwards = shut;
        next = when;
    }

    void open() {
        shut = false;
    }

    /** Blocks until it has cut one. */
    void awaitCut() throws InterruptedException {
        cut.await();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = door.accept();
                if (shut) {
                    client.close();
                    continue;
                }
                Socket server = new Socket(host, port);
                AtomicBoolean silent = new AtomicBoolean();
                Thread.ofVirtual().start(() -> copy(client, server, true, silent));
                Thread.ofVirtual().start(() -> copy(server, client, false, silent));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    /** @param silent whether the server's answers are swallowed from now on */
    private void copy(Socket from, Socket to, boolean towardsServer, AtomicBoolean silent) {
        byte[] buffer = new byte[65_536];
        try (from; to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                Cut mine = towardsServer && new String(buffer, 0, n, StandardCharsets.ISO_8859_1).contains("COMMIT") ? take() : null;
                if (mine == Cut.BEFORE_THE_SERVER_HEARS) {
                    return;
                }
                if (mine == Cut.BEFORE_THE_ANSWER) {
                    silent.set(true);
                    // The server sees the end only after what was sent before it.
                    from.shutdownInput();
                    out.write(buffer, 0, n);
                    to.shutdownOutput();
                    from.close();
                    return;
                }
                if (towardsServer || !silent.get()) {
                    out.write(buffer, 0, n);
                }
            }
        } catch (IOException e) {
            // The other side is gone.
        }
    }

    private synchronized Cut take() {
        Cut mine = next;
        next = null;
        if (mine != null) {
            shut = shutAfterwards;
            cut.countDown();
        }
        return mine;
    }

    @Override
    public void close() throws IOException {
        door.close();
    }
}
