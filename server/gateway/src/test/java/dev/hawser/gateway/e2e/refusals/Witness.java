package dev.hawser.gateway.e2e.refusals;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.hawser.gateway.e2e.Node;
import dev.hawser.gateway.edge.RawPeer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/** What the log and the metrics of a node say of refusals. Safe for all threads. */
final class Witness extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private static final Set<String> REFUSALS = Set.of("request refused", "command refused", "message refused");

    private final Queue<String> refusals = new ConcurrentLinkedQueue<>();
    private final Queue<String> alarms = new ConcurrentLinkedQueue<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.hawser");
    private final Node node;

    Witness(Node node) {
        this.node = node;
        setContext(logger.getLoggerContext());
        start();
        logger.setLevel(Level.DEBUG);
        logger.addAppender(this);
    }

    @Override
    protected void append(ILoggingEvent event) {
        String line = event.getLevel() + " " + event.getMessage() + " " + event.getKeyValuePairs();
        if (event.getLevel().isGreaterOrEqual(Level.WARN) || event.getThrowableProxy() != null) {
            alarms.add(line + (event.getThrowableProxy() == null ? "" : " " + event.getThrowableProxy().getClassName()
                    + ": " + event.getThrowableProxy().getMessage()));
        }
        if (REFUSALS.contains(event.getMessage())) {
            refusals.add(line);
        }
    }

    /** Warnings, errors and stack traces so far. */
    List<String> alarms() {
        return List.copyOf(alarms);
    }

    /** The lines that tell of refusals since the last call. */
    List<String> takeRefusals() {
        List<String> taken = List.copyOf(refusals);
        refusals.removeAll(taken);
        return taken;
    }

    int refusals() {
        return refusals.size();
    }

    /** How many refusals the metrics have counted: before a route, by a wire, and answers over HTTP that say no. */
    double counted() {
        try (RawPeer peer = new RawPeer(node.site().address())) {
            peer.send("GET /metrics HTTP/1.1\nHost: localhost\n\n");
            return peer.answer().body().lines().filter(Witness::tellsOfARefusal)
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean tellsOfARefusal(String line) {
        return line.startsWith("hawser_refusals_total{")
                || line.startsWith("hawser_http_requests_seconds_count{") && line.matches(".*status=\"[45].*")
                || line.startsWith("hawser_commands_seconds_count{") && !line.contains("outcome=\"ok\"");
    }

    @Override
    public void close() {
        logger.detachAppender(this);
        logger.setLevel(null);
        stop();
    }
}
