package dev.hawser.gateway.cli;

import dev.hawser.gateway.Gateway;
import dev.hawser.gateway.StartupException;
import dev.hawser.gateway.config.Config;
import dev.hawser.gateway.edge.tls.Tls;
import dev.hawser.gateway.edge.tls.TlsException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/** Runs a gateway until the process is told to end, then drains it. SIGTERM and SIGINT end with exit code 0. */
final class Serving {
    private final String command;
    private final Console console;
    private final Runnable afterwards;
    private final AtomicReference<Gateway> gateway = new AtomicReference<>();

    /** {@code afterwards} runs when the gateway is closed, before the process ends. */
    Serving(String command, Console console, Runnable afterwards) {
        this.command = command;
        this.console = console;
        this.afterwards = afterwards;
    }

    /** Blocks for good once the gateway is ready; returns an exit code only when it could not start. */
    int run(Config config) throws InterruptedException {
        var unsupported = config.unsupported();
        if (!unsupported.isEmpty()) {
            afterwards.run();
            return console.refuse(command, unsupported);
        }
        var badTls = badTls(config);
        if (!badTls.isEmpty()) {
            afterwards.run();
            return console.refuse(command, badTls);
        }
        var end = new Thread(this::end, "drain");
        Runtime.getRuntime().addShutdownHook(end);
        try {
            gateway.set(Gateway.start(config, Serving::leave));
        } catch (StartupException failed) {
            Runtime.getRuntime().removeShutdownHook(end);
            afterwards.run();
            return console.fail(command, failed.getMessage());
        }
        console.out().println("hawser ready " + gateway.get().url());
        console.out().flush();
        new CountDownLatch(1).await();
        return Console.FINE;
    }

    private static List<String> badTls(Config config) {
        try {
            if (config.server().tls().isPresent()) {
                Tls.check(config.server().tls().get());
            }
            return List.of();
        } catch (TlsException wrong) {
            return List.of(wrong.getMessage());
        }
    }

    /** As SIGTERM does; whoever asks is answered first. */
    private static void leave() {
        Thread.ofPlatform().name("leave").start(() -> System.exit(Console.FINE));
    }

    private void end() {
        int code = Console.FINE;
        try {
            var running = gateway.get();
            if (running != null) {
                running.drain();
                running.close();
            }
            afterwards.run();
        } catch (RuntimeException failed) {
            code = console.fail(command, "did not drain: " + failed);
        }
        console.out().flush();
        // The JVM would end with 128 + the signal's number.
        Runtime.getRuntime().halt(code);
    }
}
