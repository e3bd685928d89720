package dev.hawser.gateway.fuzz;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/**
 * What is logged as an error, or with a stack trace: no input may bring that about. What threads say that were there before,
 * other than the one that listens, is about something else. Safe for all threads.
 */
final class Errors extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private final Queue<String> seen = new ConcurrentLinkedQueue<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Level level = root.getLevel();
    private final List<Appender<ILoggingEvent>> others = new ArrayList<>();
    private final Thread listener = Thread.currentThread();
    /** Ids of threads grow. */
    private final long newest = Thread.ofVirtual().unstarted(() -> { }).threadId();

    private Errors() {}

    /** Listens to everything from now on, in place of whoever writes it out. */
    static Errors listen() {
        Errors errors = new Errors();
        errors.setContext(errors.root.getLoggerContext());
        errors.start();
        errors.root.iteratorForAppenders().forEachRemaining(errors.others::add);
        errors.others.forEach(errors.root::detachAppender);
        errors.root.setLevel(Level.INFO);
        errors.root.addAppender(errors);
        return errors;
    }

    /** Leaves the log to those who had it before. */
    @Override
    public void close() {
        root.detachAppender(this);
        root.setLevel(level);
        others.forEach(root::addAppender);
    }

    @Override
    protected void append(ILoggingEvent event) {
        Thread thread = Thread.currentThread();
        if (thread != listener && thread.threadId() < newest) {
            return;
        }
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
