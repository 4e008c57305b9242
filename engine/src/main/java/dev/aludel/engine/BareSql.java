package dev.aludel.engine;

import java.util.Optional;

/// Reads SQL text past its comments, strings and quoted names, as PostgreSQL and H2 write them.
///
/// It knows where these end and nothing else: not a parser.
final class BareSql {
    private final String sql;
    private int at;
    private final StringBuilder bare = new StringBuilder();

    private BareSql(String sql) {
        this.sql = sql;
    }

    /// Returns the text with a space in place of each comment, string and quoted name, or nothing if one of these does
    /// not end: then the database must read it in another way than is done here.
    static Optional<String> of(String sql) {
        BareSql reading = new BareSql(sql);
        return reading.isReadToTheEnd() ? Optional.of(reading.bare.toString()) : Optional.empty();
    }

    private boolean isReadToTheEnd() {
        while (at < sql.length()) {
            int end = endOfHidden();
            if (end < 0) return false;
            bare.append(end == at ? sql.charAt(at) : ' ');
            at = end == at ? at + 1 : end;
        }
        return true;
    }

    /// Returns where what begins here and hides its content ends: here if nothing begins, -1 if it does not end.
    private int endOfHidden() {
        return switch (sql.charAt(at)) {
            case '\'', '"', '`' -> endOf(sql.substring(at, at + 1), at + 1);
            case 'e', 'E' -> isWordBefore() || !sql.startsWith("'", at + 1) ? at : endOfEscaped(at + 2);
            case '-' -> sql.startsWith("--", at) ? endOfLine() : at;
            case '/' -> sql.startsWith("/*", at) ? endOfComment() : at;
            case '$' -> isWordBefore() ? at : endOfDollars();
            default -> at;
        };
    }

    private int endOf(String mark, int from) {
        int found = sql.indexOf(mark, from);
        return found < 0 ? -1 : found + mark.length();
    }

    /// `E'it\'s'`: a quote is a part of it after a backslash, and if there are two.
    private int endOfEscaped(int from) {
        for (int i = from; i < sql.length(); i++) {
            if (sql.charAt(i) == '\\' || sql.startsWith("''", i)) i++;
            else if (sql.charAt(i) == '\'') return i + 1;
        }
        return -1;
    }

    private int endOfLine() {
        for (int i = at; i < sql.length(); i++) {
            if (sql.charAt(i) == '\n' || sql.charAt(i) == '\r') return i;
        }
        return sql.length();
    }

    /// Comments may hold comments.
    private int endOfComment() {
        int depth = 0;
        for (int i = at; i < sql.length() - 1; i++) {
            if (sql.startsWith("/*", i)) {
                depth++;
                i++;
            } else if (sql.startsWith("*/", i)) {
                depth--;
                i++;
                if (depth == 0) return i + 1;
            }
        }
        return -1;
    }

    /// `$$it's$$`, `$tag$it's$tag$`; but `$1` is a placeholder.
    private int endOfDollars() {
        int end = at + 1;
        while (end < sql.length() && Character.isUnicodeIdentifierPart(sql.charAt(end))) end++;
        boolean isTag = end == at + 1 || !Character.isDigit(sql.charAt(at + 1));
        if (!isTag || !sql.startsWith("$", end)) return at;
        return endOf(sql.substring(at, end + 1), end + 1);
    }

    private boolean isWordBefore() {
        return at > 0 && Character.isJavaIdentifierPart(sql.charAt(at - 1));
    }
}
