package dev.hawser.core.kit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for servers that need to be told one, and to have it again after a restart. They are none of those that the system gives
 * to whoever asks for any: between two lives of a server such a port may become somebody's end of a connection, even of a
 * connection to the very port, which is then connected to itself.
 */
public final class Ports {
    private static final int LOWEST = 10_000;
    private static final int HIGHEST = 32_000;
    private static final int ATTEMPTS = 1_000;
    /** The lowest and the highest port that the system gives away. */
    private static final Path GIVEN_AWAY = Path.of("/proc/sys/net/ipv4/ip_local_port_range");

    private Ports() {}

    /** Does something with a port. */
    public interface Use<T> {
        T with(int port) throws IOException;
    }

    /** One on which nobody listens at the moment. */
    public static int free() {
        int end = end();
        for (int i = 0; i < ATTEMPTS; i++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, end);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port from " + LOWEST + " to " + end);
    }

    /** Does it with another port where it fails, since a program beside may have been faster. */
    public static <T> T use(Use<T> use) throws IOException {
        for (int left = 2; ; left--) {
            try {
                return use.with(free());
            } catch (IOException | RuntimeException e) {
                if (left == 0) {
                    throw e;
                }
            }
        }
    }

    private static int end() {
        try {
            int given = Integer.parseInt(Files.readString(GIVEN_AWAY).strip().split("\\s+")[0]);
            return given > LOWEST + ATTEMPTS ? Math.min(given, HIGHEST) : HIGHEST;
        } catch (IOException | NumberFormatException e) {
            return HIGHEST;
        }
    }

    /** On every address, as a server that listens on one of them is in the way, too. */
    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(port));
        } catch (IOException e) {
            return false;
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
