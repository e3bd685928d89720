package dev.hawser.gateway.fuzz;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/** What is logged as an error, or with a stack trace: no input may bring that about. Safe for all threads. */
final class Errors extends AppenderBase<ILoggingEvent> {
    private final Queue<String> seen = new ConcurrentLinkedQueue<>();

    /** Listens to everything from now on, in place of whoever writes it out. */
    static Errors listen() {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Errors errors = new Errors();
        errors.setContext(root.getLoggerContext());
        errors.start();
        root.detachAndStopAllAppenders();
        root.setLevel(Level.INFO);
        root.addAppender(errors);
        return errors;
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (event.getLevel().isGreaterOrEqual(Level.ERROR) || event.getThrowableProxy() != null) {
            seen.add(event.getFormattedMessage() + "\n"
                    + (event.getThrowableProxy() == null ? "" : ThrowableProxyUtil.asString(event.getThrowableProxy())));
        }
    }

    /** Fails where there was any since the last time. */
    void check() {
        String first = seen.poll();
        if (first != null) {
            seen.clear();
            throw new AssertionError("logged: " + first);
        }
    }
}
