package dev.aludel.engine;

import dev.aludel.sql.Query;
import dev.aludel.sql.RawQuery;
import dev.aludel.sql.Returning;
import dev.aludel.sql.Select;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// Tells whether a query only reads, so that it may run in auto-commit without anybody knowing of a transaction.
final class Reading {
    private static final Pattern WORDS = Pattern.compile("[a-z_]+");
    private static final Pattern SECOND = Pattern.compile(";\\s*+[^;\\s]");
    private static final Pattern SHARES =
            Pattern.compile("\\bfor\\s+(?:key\\s+)?share\\b|\\block\\s+in\\s+share\\s+mode\\b");
    private static final Set<String> READS = Set.of("select", "with", "values", "table", "show", "explain");
    private static final Set<String> WRITES = Set.of("insert", "update", "delete", "merge", "into", "analyze");

    private Reading() {}

    /// @throws IllegalArgumentException if the query writes, its text does not show that it only reads, or is of
    ///     more than one statement
    static void require(Query<?> query, String sql) {
        switch (query) {
            case Select<?> _ -> {}
            case Returning<?> _ -> throw writes(sql);
            case RawQuery<?> _ -> {
                String bare = BareSql.of(sql).orElseThrow(() -> writes(sql)).toLowerCase(Locale.ROOT);
                if (SECOND.matcher(bare).find()) {
                    throw refused(
                            "exactly one query, but a second statement follows after ';': run each by itself", sql);
                }
                if (!reads(bare)) throw writes(sql);
            }
        }
    }

    /// Judges text by its words: one that only reads begins as such, and writes nowhere. `FOR UPDATE` and `FOR SHARE`
    /// count as writing, since their locks would be gone with the statement.
    private static boolean reads(String bare) {
        var words = WORDS.matcher(bare).results().map(word -> word.group()).toList();
        return !words.isEmpty()
                && !SHARES.matcher(bare).find()
                && READS.contains(words.getFirst())
                && words.stream().noneMatch(WRITES::contains);
    }

    private static IllegalArgumentException writes(String sql) {
        return refused("a query that only reads, but this one writes or may write: use run(…) or call(…)", sql);
    }

    private static IllegalArgumentException refused(String why, String sql) {
        return new IllegalArgumentException("read takes " + why + "\n[SQL: " + EngineLog.shortened(sql) + "]");
    }
}
