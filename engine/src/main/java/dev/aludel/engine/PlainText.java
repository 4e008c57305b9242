package dev.aludel.engine;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/// Checks and words for texts that people wrote: names, keys, values.
final class PlainText {
    private static final int NEAR = 3;

    private PlainText() {}

    /// Returns whether the text holds a NUL, another control character, or a line or paragraph separator.
    static boolean hasControl(String text) {
        return text.codePoints().anyMatch(each -> Character.isISOControl(each) || each == 0x2028 || each == 0x2029);
    }

    /// Returns ` (did you mean 'x'?)` with the known word that is nearest, or nothing if none is near.
    static String suggestion(String given, Collection<String> known) {
        return nearest(given, known)
                .map(word -> " (did you mean '" + word + "'?)")
                .orElse("");
    }

    private static Optional<String> nearest(String given, Collection<String> known) {
        String lower = given.toLowerCase(Locale.ROOT);
        return known.stream()
                .filter(word -> isNear(lower, word.toLowerCase(Locale.ROOT)))
                .min(Comparator.comparingInt(word -> distance(lower, word.toLowerCase(Locale.ROOT))));
    }

    private static boolean isNear(String given, String word) {
        if (given.length() >= NEAR && (word.startsWith(given) || given.startsWith(word))) return true;
        return distance(given, word) <= Math.max(1, Math.min(NEAR, word.length() / 3));
    }

    /// Levenshtein's distance: how many signs to insert, drop or replace.
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) row[j] = j;
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
