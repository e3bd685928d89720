package dev.hawser.gateway.agent.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** An HTTP server on a port of its own whose answers are written byte by byte, so that it can break every rule. */
final class ScriptedAgent implements AutoCloseable {
    /** One request that came in. */
    record Call(String head, String body) {}

    /** Writes an answer; the connection is closed when it returns. */
    interface Script {
        void answer(Call call, Socket socket, OutputStream out) throws Exception;
    }

    final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private volatile Script script;

    ScriptedAgent(Script script) throws IOException {
        this.script = script;
        Thread.ofVirtual().start(this::accept);
    }

    static ScriptedAgent answering(String raw) throws IOException {
        return new ScriptedAgent((_, _, out) -> out.write(raw.getBytes(StandardCharsets.UTF_8)));
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort() + "/run");
    }

    void then(Script next) {
        script = next;
    }

    /** A whole answer with its length. */
    static byte[] answer(int status, String type, byte[] body, String... headers) {
        StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " x\r\nConnection: close\r\nContent-Length: "
                + body.length + "\r\n");
        if (type != null) {
            head.append("Content-Type: ").append(type).append("\r\n");
        }
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
        byte[] all = Arrays.copyOf(start, start.length + body.length);
        System.arraycopy(body, 0, all, start.length, body.length);
        return all;
    }

    /** The head of a chunked answer. */
    static void begin(OutputStream out, String type) throws IOException {
        out.write(("HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\nContent-Type: " + type
                + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    static void chunk(OutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.write((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.UTF_8));
        out.write(bytes);
        out.write("\r\n".getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    static void end(OutputStream out) throws IOException {
        out.write("0\r\n\r\n".getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            Call call = read(new BufferedInputStream(socket.getInputStream()));
            calls.add(call);
            script.answer(call, socket, socket.getOutputStream());
        } catch (Exception e) {
            // A client that hung up is part of what is tested.
        }
    }

    private static Call read(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.UTF_8).endsWith("\r\n\r\n")) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("hung up");
            }
            head.write(b);
        }
        String text = head.toString(StandardCharsets.UTF_8);
        int length = text.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
                .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
                .findFirst()
                .orElse(0);
        return new Call(text, new String(in.readNBytes(length), StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
