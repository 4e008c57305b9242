package dev.aludel.testkit;

import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// The little that a fake database has to see in a statement.
final class SqlText {
    private static final Set<String> QUERIES = Set.of("select", "values", "with", "show", "table", "explain");
    private static final Set<String> CHANGES = Set.of("insert", "update", "delete", "merge");

    private static final Pattern BEFORE_FIRST_WORD =
            Pattern.compile("^(?:\\s|\\(|/\\*.*?\\*/|--[^\n]*\n)+", Pattern.DOTALL);

    private SqlText() {}

    /// Accepts that text, whatever its white space.
    static Predicate<String> equalTo(String sql) {
        String wanted = folded(sql);
        return other -> folded(other).equals(wanted);
    }

    private static String folded(String sql) {
        return sql.strip().replaceAll("\\s+", " ");
    }

    static boolean isQuery(String sql) {
        return QUERIES.contains(firstWord(sql))
                || folded(sql).toLowerCase(Locale.ROOT).contains(" returning ");
    }

    static boolean isChange(String sql) {
        return CHANGES.contains(firstWord(sql));
    }

    private static String firstWord(String sql) {
        String text = BEFORE_FIRST_WORD.matcher(sql).replaceFirst("").toLowerCase(Locale.ROOT);
        return text.split("[^a-z]", 2)[0];
    }

    /// Counts the question marks outside of quotes.
    static int placeholders(String sql) {
        int count = 0;
        char quote = 0;
        for (int i = 0; i < sql.length(); i++) {
            char c = sql.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '\'' || c == '"') {
                quote = c;
            } else if (c == '?') {
                count++;
            }
        }
        return count;
    }
}
