package dev.hawser.gateway.edge.tls;

import dev.hawser.gateway.rounds.Rounds;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The TLS of one port. Looks at its files every few seconds: a new pair serves the handshakes from then on, connections that
 * are open stay as they are, and a pair that cannot be used changes nothing but a counter and one line of the log. Safe for
 * all threads.
 */
public final class Tls implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Tls.class);
    private static final Duration ROUND = Duration.ofSeconds(2);

    static {
        // Read by the JDK when it first speaks TLS. A client has no business to start over in the middle.
        System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
    }

    private final TlsFiles files;
    private final ExecutorService tasks = Executors.newVirtualThreadPerTaskExecutor();
    private final LongAdder reloads = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final Rounds rounds;
    private volatile TlsPair pair;
    /** What is wrong with the files as they are, as it was logged; empty where nothing is. For the one who looks. */
    private String trouble = "";

    private Tls(TlsFiles files, TlsPair pair) {
        this.files = files;
        this.pair = pair;
        rounds = new Rounds("tls", ROUND, this::look);
        rounds.startLater();
    }

    /**
     * Reads the files and watches them from then on. Blocks to read.
     *
     * @throws TlsException where they cannot be used
     */
    public static Tls open(TlsFiles files) throws TlsException {
        return new Tls(files, TlsPair.of(TlsPair.Contents.read(files)));
    }

    /**
     * Until when the certificate is valid. Blocks to read.
     *
     * @throws TlsException where the files cannot be used
     */
    public static Instant check(TlsFiles files) throws TlsException {
        return TlsPair.of(TlsPair.Contents.read(files)).expires();
    }

    /** Has reloads and the certificate's end shown. */
    public void register(MeterRegistry registry) {
        counter(registry, "ok", reloads);
        counter(registry, "failed", failures);
        TimeGauge.builder("hawser.tls.certificate.expires", this, TimeUnit.SECONDS,
                        tls -> tls.pair.expires().getEpochSecond())
                .description("When the certificate in use ends, since 1970").register(registry);
    }

    private static void counter(MeterRegistry registry, String outcome, LongAdder adder) {
        FunctionCounter.builder("hawser.tls.reloads", adder, LongAdder::sum)
                .description("Changes of the certificate's files").tag("outcome", outcome).register(registry);
    }

    /** What speaks TLS for one connection. Its arithmetic is done off the event loop. */
    public SslHandler handler(ByteBufAllocator buffers, Duration handshakeTimeout) {
        SslHandler handler = pair.context().newHandler(buffers, tasks);
        handler.setHandshakeTimeoutMillis(handshakeTimeout.toMillis());
        return handler;
    }

    /** Takes a changed pair into use. Blocks to read. */
    synchronized void look() {
        String digest = "";
        try {
            TlsPair.Contents contents = TlsPair.Contents.read(files);
            digest = contents.digest();
            if (!digest.equals(pair.digest()) && !trouble.startsWith(digest)) {
                pair = TlsPair.of(contents);
                reloads.increment();
                LOG.atInfo().addKeyValue("expires", pair.expires()).log("a new certificate is in use");
            }
            if (digest.equals(pair.digest())) {
                trouble = "";
            }
        } catch (TlsException e) {
            String found = digest + e.getMessage();
            if (!found.equals(trouble)) {
                trouble = found;
                failures.increment();
                LOG.atWarn().addKeyValue("reason", e.getMessage())
                        .log("the new certificate cannot be used, the old one stays");
            }
        }
    }

    @Override
    public void close() {
        rounds.close();
        tasks.shutdownNow();
    }
}
