package dev.aludel.pool;

/// Reads SQL text with a lexer, never a parser: enough to hide values and to see whether a statement only reads.
final class SqlText {
    private static final int LONGEST = 200;
    private static final String[] READS = {"SELECT", "VALUES", "SHOW", "TABLE"};
    private static final String[] LOCKS = {" FOR UPDATE", " FOR NO KEY", " FOR SHARE", " FOR KEY", " INTO "};

    private final String sql;
    private final StringBuilder out = new StringBuilder();
    private int at;

    private SqlText(String sql) {
        this.sql = sql;
    }

    /// Returns whether a statement takes no lock and writes nothing as far as its words tell. A function that it
    /// calls
    /// may still write: so a remedy built on this says "only reads so far".
    static boolean isRead(String sql) {
        int start = 0;
        while (start < sql.length() && (Character.isWhitespace(sql.charAt(start)) || sql.charAt(start) == '(')) {
            start++;
        }
        return startsWithAny(sql, start) && !locks(sql);
    }

    private static boolean startsWithAny(String sql, int start) {
        for (String word : READS) {
            if (sql.regionMatches(true, start, word, 0, word.length())) {
                return true;
            }
        }
        return false;
    }

    private static boolean locks(String sql) {
        for (int i = sql.indexOf(' '); i >= 0; i = sql.indexOf(' ', i + 1)) {
            for (String words : LOCKS) {
                if (sql.regionMatches(true, i, words, 0, words.length())) {
                    return true;
                }
            }
        }
        return false;
    }

    /// Returns the text with literals replaced by `?`, comments dropped, white space folded and control characters
    /// gone, cut at 200 characters: safe to show.
    static String sanitise(String sql) {
        return new SqlText(sql).run();
    }

    private String run() {
        while (at < sql.length() && out.length() < LONGEST) {
            step(sql.charAt(at));
        }
        String text = out.toString().strip();
        return at < sql.length() ? text + " …" : text;
    }

    private void step(char c) {
        if (c == '\'') {
            literal(quoted('\'', hasEscapes()));
        } else if (c == '"' || c == '`') {
            copyTo(quoted(c, false));
        } else if (c == '$' && dollarQuote() > 0) {
            literal(dollarQuote());
        } else if (sql.startsWith("--", at)) {
            skipTo(lineEnd());
        } else if (sql.startsWith("/*", at)) {
            skipTo(commentEnd());
        } else if (isDigit(c) && !isWord(previous())) {
            literal(numberEnd());
        } else if (Character.isWhitespace(c) || Character.isISOControl(c)) {
            skipTo(at + 1);
        } else {
            copyTo(at + 1);
        }
    }

    private void literal(int end) {
        out.append('?');
        at = end;
    }

    private void copyTo(int end) {
        for (; at < end; at++) {
            char c = sql.charAt(at);
            out.append(Character.isISOControl(c) ? ' ' : c);
        }
    }

    private void skipTo(int end) {
        if (!out.isEmpty() && previous() != ' ') {
            out.append(' ');
        }
        at = end;
    }

    private char previous() {
        return out.isEmpty() ? ' ' : out.charAt(out.length() - 1);
    }

    /// `E'…'` knows backslash escapes.
    private boolean hasEscapes() {
        return previous() == 'E' || previous() == 'e';
    }

    private int quoted(char quote, boolean escapes) {
        for (int i = at + 1; i < sql.length(); i++) {
            char c = sql.charAt(i);
            if (c == '\\' && escapes) {
                i++;
            } else if (c == quote && i + 1 < sql.length() && sql.charAt(i + 1) == quote) {
                i++;
            } else if (c == quote) {
                return i + 1;
            }
        }
        return sql.length();
    }

    /// Returns where a dollar-quoted string that starts here ends, or -1 if none starts here.
    private int dollarQuote() {
        int tagEnd = at + 1;
        while (tagEnd < sql.length() && isWord(sql.charAt(tagEnd))) {
            tagEnd++;
        }
        if (tagEnd >= sql.length() || sql.charAt(tagEnd) != '$' || isDigit(sql.charAt(at + 1))) {
            return -1;
        }
        String tag = sql.substring(at, tagEnd + 1);
        int end = sql.indexOf(tag, tagEnd + 1);
        return end < 0 ? sql.length() : end + tag.length();
    }

    private int lineEnd() {
        int end = sql.indexOf('\n', at);
        return end < 0 ? sql.length() : end;
    }

    private int commentEnd() {
        int end = sql.indexOf("*/", at + 2);
        return end < 0 ? sql.length() : end + 2;
    }

    private int numberEnd() {
        int end = at;
        while (end < sql.length() && (isWord(sql.charAt(end)) || sql.charAt(end) == '.')) {
            end++;
        }
        return end;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isWord(char c) {
        return Character.isLetterOrDigit(c) || c == '_';
    }
}
