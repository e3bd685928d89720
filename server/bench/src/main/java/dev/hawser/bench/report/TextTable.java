package dev.hawser.bench.report;

import dev.hawser.bench.stats.Medians;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The final table, columns as wide as their content. */
public final class TextTable {
    private static final List<String> HEAD =
            List.of("scenario", "figure", "gateway", "bare", "ratio", "unit", "target", "");

    private TextTable() {
    }

    /** The table with a trailing line break. */
    public static String of(List<Figure> figures) {
        var rows = new ArrayList<List<String>>();
        rows.add(HEAD);
        for (Figure figure : figures) {
            rows.add(List.of(figure.scenario(), figure.name(), number(figure.value()),
                    figure.bare().isEmpty() ? "" : number(Medians.of(figure.bare())),
                    figure.bare().isEmpty() ? "" : number(figure.ratio()), figure.unit(),
                    figure.target().map(Target::toString).orElse(""),
                    figure.met().map(met -> met ? "met" : "MISSED").orElse("")));
        }
        int[] widths = new int[HEAD.size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        var text = new StringBuilder();
        for (List<String> row : rows) {
            var line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                boolean right = i >= 2 && i <= 4;
                line.append(String.format("%" + (right ? "" : "-") + Math.max(1, widths[i]) + "s  ", row.get(i)));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private static String number(double value) {
        if (Double.isNaN(value)) {
            return "-";
        }
        return String.format(Locale.ROOT, Math.abs(value) >= 1000 ? "%,.0f" : Math.abs(value) >= 100 ? "%.1f" : "%.2f",
                value);
    }
}
