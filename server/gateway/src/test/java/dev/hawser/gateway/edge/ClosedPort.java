package dev.hawser.gateway.edge;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** A port of this machine that is taken and not listened on: whoever connects to it is refused, as long as this is open. */
public record ClosedPort(Socket holder) implements AutoCloseable {
    public static ClosedPort take() throws IOException {
        Socket holder = new Socket();
        holder.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
        return new ClosedPort(holder);
    }

    public int number() {
        return holder.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        holder.close();
    }
}
