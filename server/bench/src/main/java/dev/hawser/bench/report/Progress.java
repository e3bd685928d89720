package dev.hawser.bench.report;

import java.io.PrintStream;
import java.util.Locale;

/** Live lines on standard error while something is measured. */
public final class Progress {
    private final PrintStream out;

    public Progress(PrintStream out) {
        this.out = out;
    }

    /** One line, formatted with a point as the decimal sign whatever the locale. */
    public void line(String format, Object... arguments) {
        out.println(String.format(Locale.ROOT, format, arguments));
        out.flush();
    }
}
