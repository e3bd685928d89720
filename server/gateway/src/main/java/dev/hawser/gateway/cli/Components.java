package dev.hawser.gateway.cli;

import dev.hawser.core.port.ExternalQueue;
import dev.hawser.core.port.QueueException;
import dev.hawser.gateway.cli.CheckCommand.Finding;
import dev.hawser.gateway.config.AgentConfig;
import dev.hawser.gateway.config.Config;
import dev.hawser.gateway.config.QueueConfig;
import dev.hawser.gateway.edge.tls.Tls;
import dev.hawser.gateway.edge.tls.TlsException;
import dev.hawser.gateway.edge.tls.TlsFiles;
import dev.hawser.gateway.identity.IssuerCheck;
import dev.hawser.gateway.queue.ExternalQueues;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Reaches what a configuration names, each component once, each within two seconds. */
final class Components {
    private static final int PATIENCE_MS = 2_000;

    private Components() {}

    static List<Finding> check(Config config) {
        var findings = new ArrayList<Finding>();
        findings.add(dataFolder(config.data()));
        config.server().tls().ifPresent(files -> findings.add(tls(files)));
        findings.add(StoreCheck.check(config));
        if (config.queue().kind() != QueueConfig.Kind.STORE) {
            findings.add(queue(config.queue()));
        }
        for (int i = 0; i < config.identity().issuers().size(); i++) {
            var found = IssuerCheck.look(config.identity().issuers().get(i));
            findings.add(new Finding(found.fine(), "identity.issuers[" + i + "]" + found.key(), found.text()));
        }
        config.agents().forEach((name, agent) -> findings.add(agent("agents." + name, agent)));
        return findings;
    }

    private static Finding dataFolder(Path folder) {
        var shown = folder.toAbsolutePath().normalize();
        var existing = shown;
        while (existing != null && Files.notExists(existing)) {
            existing = existing.getParent();
        }
        if (existing == null || !Files.isDirectory(existing)) {
            return new Finding(false, "data", existing + " is not a folder");
        }
        if (!Files.isWritable(existing)) {
            return new Finding(false, "data", existing + " cannot be written");
        }
        return new Finding(true, "data", existing.equals(shown) ? shown + " can be written" : shown + " will be made");
    }

    private static Finding tls(TlsFiles files) {
        try {
            var end = Tls.check(files);
            return new Finding(end.isAfter(Instant.now()), "server.tls", files.certificate() + " and its key, valid until " + end);
        } catch (TlsException wrong) {
            return new Finding(false, wrong.key(), wrong.problem());
        }
    }

    private static Finding queue(QueueConfig config) {
        try (ExternalQueue queue = ExternalQueues.of(config).orElseThrow()) {
            queue.verify();
            return new Finding(true, "queue.url", config.kind() + " queue takes messages");
        } catch (QueueException e) {
            return new Finding(false, "queue.url", e.getMessage());
        }
    }

    private static Finding agent(String key, AgentConfig agent) {
        return switch (agent) {
            case AgentConfig.Demo _ -> new Finding(true, key, "built in");
            case AgentConfig.Http http -> reach(key, http.url(), http);
            case AgentConfig.AgUi agUi -> reach(key, agUi.url(), agUi);
            case AgentConfig.OpenAi openAi -> reach(key, openAi.url(), openAi);
            case AgentConfig.Worker _, AgentConfig.Device _ -> new Finding(true, key, "comes to the gateway by itself");
        };
    }

    /** Only a connection: a request would begin a run. */
    private static Finding reach(String key, URI url, AgentConfig agent) {
        int port = url.getPort() >= 0 ? url.getPort() : url.getScheme().equals("https") ? 443 : 80;
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(url.getHost(), port), PATIENCE_MS);
            return new Finding(true, key, agent + " takes connections");
        } catch (IOException failed) {
            return new Finding(false, key + ".url", agent + ": " + reason(failed));
        }
    }

    private static String reason(IOException failed) {
        return switch (failed) {
            case UnknownHostException _ -> "no such host";
            case ConnectException _ -> "connection refused";
            case SocketTimeoutException _ -> "no answer within " + PATIENCE_MS / 1000 + " s";
            default -> "cannot be reached";
        };
    }
}
