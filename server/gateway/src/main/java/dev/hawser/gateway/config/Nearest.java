package dev.hawser.gateway.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** Finds the known name that a mistyped one probably means. */
final class Nearest {
    private Nearest() {}

    /** The end of a sentence that names the nearest of {@code known}; {@code separator} splits levels. */
    static String hint(String name, Collection<String> known, char separator) {
        var nearest = known.stream()
                .filter(candidate -> !name.startsWith(candidate + separator))
                .min(Comparator.<String>comparingInt(candidate -> score(name, candidate, separator))
                        .thenComparing(Comparator.naturalOrder()))
                .orElseThrow();
        boolean close = score(name, nearest, separator) <= Math.max(2, last(name, separator).length() / 3);
        return close ? "did you mean " + nearest + "?" : "the nearest known is " + nearest;
    }

    /** The nearest of {@code known} to {@code word}. */
    static String of(String word, Collection<String> known) {
        return known.stream().min(Comparator.comparingInt(candidate -> distance(word, candidate))).orElseThrow();
    }

    private static int score(String name, String candidate, char separator) {
        var plain = name.toLowerCase(Locale.ROOT);
        var other = candidate.toLowerCase(Locale.ROOT);
        int whole = distance(plain, other);
        if (separator == '_' && candidate.endsWith(name.substring(name.indexOf('_')))) {
            return 1;
        }
        // A key in the wrong place is a likelier mistake than many wrong letters.
        int misplaced = 1 + distance(last(plain, separator), last(other, separator));
        boolean shallow = name.indexOf('.') == name.lastIndexOf('.');
        return separator == '.' && shallow ? Math.min(whole, misplaced) : whole;
    }

    private static String last(String name, char separator) {
        return name.substring(name.lastIndexOf(separator) + 1);
    }

    /** Levenshtein distance: single-letter insertions, removals and changes between the two words. */
    static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
