package dev.hawser.gateway;

import dev.hawser.gateway.config.ServerConfig;
import dev.hawser.gateway.identity.Origins;
import dev.hawser.gateway.peer.Hosts;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** What a bound port is called, which names it answers to, and which pages are its own. */
final class Addresses {
    private static final List<String> LOOPBACK = List.of("localhost", "127.0.0.1", "[::1]");

    private Addresses() {}

    /** Such as {@code http://127.0.0.1:8080}. */
    static URI url(ServerConfig server, InetSocketAddress bound) {
        return URI.create(scheme(server) + host(server.host()) + ":" + bound.getPort());
    }

    /** Those configured, and our own: of the public URL, or else of the port, under each of its names where it is local. */
    static Origins origins(ServerConfig server, InetSocketAddress bound) {
        List<String> allowed = new ArrayList<>(server.allowedOrigins());
        if (server.publicUrl().isPresent()) {
            URI own = server.publicUrl().get();
            allowed.add(own.getScheme() + "://" + own.getRawAuthority());
        } else {
            boolean local = bound.getAddress().isLoopbackAddress() || bound.getAddress().isAnyLocalAddress();
            List<String> names = new ArrayList<>(local ? LOOPBACK : List.of());
            names.add(host(server.host()));
            names.forEach(name -> allowed.add(scheme(server) + name + ":" + bound.getPort()));
        }
        return new Origins(allowed, server.publicUrl().isEmpty());
    }

    /** Those configured and our own: each as written, and where no port was written, with the one that was taken. */
    static Hosts hosts(ServerConfig server, InetSocketAddress bound) {
        List<String> names = new ArrayList<>();
        server.publicUrl().ifPresent(own -> {
            names.add(own.getRawAuthority());
            if (own.getPort() < 0) {
                names.add(own.getHost() + (own.getScheme().equals("https") ? ":443" : ":80"));
            }
        });
        for (String name : server.allowedHosts()) {
            names.add(name);
            if (!name.contains(":")) {
                names.add(name + ":" + bound.getPort());
            }
        }
        names.add(host(server.host()));
        names.add(host(server.host()) + ":" + bound.getPort());
        return new Hosts(names);
    }

    private static String scheme(ServerConfig server) {
        return server.tls().isPresent() ? "https://" : "http://";
    }

    private static String host(String configured) {
        return configured.contains(":") && !configured.startsWith("[") ? "[" + configured + "]" : configured;
    }
}
