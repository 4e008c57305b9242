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
    private static final Pattern NOISE = Pattern.compile("--[^\n]*|/\\*.*?\\*/|'[^']*'|\"[^\"]*\"", Pattern.DOTALL);
    private static final Pattern SHARES =
            Pattern.compile("\\bfor\\s+(?:key\\s+)?share\\b|\\block\\s+in\\s+share\\s+mode\\b");
    private static final Set<String> READS = Set.of("select", "with", "values", "table", "show", "explain");
    private static final Set<String> WRITES = Set.of("insert", "update", "delete", "merge", "into", "analyze");

    private Reading() {}

    /// @throws IllegalArgumentException if the query writes, or its text does not show that it only reads
    static void require(Query<?> query, String sql) {
        boolean reads = switch (query) {
            case Select<?> select -> true;
            case Returning<?> returning -> false;
            case RawQuery<?> raw -> reads(sql);
        };
        if (reads) return;
        throw new IllegalArgumentException("read takes a query that only reads, but this one writes or may write:"
                + " use run(…) or call(…)\n[SQL: " + EngineLog.shortened(sql) + "]");
    }

    /// Judges text by its words: one that only reads begins as such, and writes nowhere. `FOR UPDATE` and `FOR SHARE`
    /// count as writing, since their locks would be gone with the statement.
    private static boolean reads(String sql) {
        String plain = NOISE.matcher(sql).replaceAll(" ").toLowerCase(Locale.ROOT);
        var words = WORDS.matcher(plain).results().map(word -> word.group()).toList();
        return !words.isEmpty()
                && !SHARES.matcher(plain).find()
                && READS.contains(words.getFirst())
                && words.stream().noneMatch(WRITES::contains);
    }
}
