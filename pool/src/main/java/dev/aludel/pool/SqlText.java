package dev.aludel.pool;

/// Reads SQL text with a lexer, never a parser: enough to hide values and to see whether a statement only reads.
final class SqlText {
    private static final int LONGEST = 200;
    private static final String[] READS = {"SELECT", "VALUES", "SHOW", "TABLE"};
    private static final String[] BEGINS = {"BEGIN", "START"};
    private static final String[] LOCKS = {"UPDATE", "NO", "SHARE", "KEY"};

    private final String sql;
    private final StringBuilder out = new StringBuilder();
    private final boolean namesInQuotes;
    private int at;

    private SqlText(String sql, boolean namesInQuotes) {
        this.sql = sql;
        this.namesInQuotes = namesInQuotes;
    }

    /// Returns whether a statement takes no lock and writes nothing as far as its words tell. A function that it
    /// calls may still write: so a remedy built on this says "only reads so far".
    static boolean isRead(String sql) {
        int start = firstWord(sql);
        return isAny(READS, sql, start) && !locksOrWrites(sql, start);
    }

    /// Returns whether a statement begins a transaction in the server's language instead of JDBC's.
    static boolean isBegin(String sql) {
        return isAny(BEGINS, sql, firstWord(sql));
    }

    /// Skips white space, brackets and comments.
    static int firstWord(String sql) {
        if (!sql.isEmpty() && isWord(sql.charAt(0))) {
            return 0;
        }
        SqlText text = new SqlText(sql, true);
        while (text.at < sql.length()) {
            char c = sql.charAt(text.at);
            if (sql.startsWith("--", text.at)) {
                text.at = text.lineEnd();
            } else if (sql.startsWith("/*", text.at)) {
                text.at = text.commentEnd();
            } else if (Character.isWhitespace(c) || c == '(') {
                text.at++;
            } else {
                break;
            }
        }
        return text.at;
    }

    /// Returns where the word after one begins, if only white space is between them.
    static int nextWord(String sql, int start) {
        int next = start;
        while (next < sql.length() && isWord(sql.charAt(next))) {
            next++;
        }
        while (next < sql.length() && Character.isWhitespace(sql.charAt(next))) {
            next++;
        }
        return next;
    }

    static boolean isAny(String[] words, String sql, int start) {
        for (String word : words) {
            if (isWord(word, sql, start)) {
                return true;
            }
        }
        return false;
    }

    static boolean isWord(String word, String sql, int start) {
        int end = start + word.length();
        return sql.regionMatches(true, start, word, 0, word.length())
                && (end == sql.length() || !isWord(sql.charAt(end)));
    }

    /// Looks for `FOR UPDATE` and its like, and for `INTO`, whatever white space is between and around.
    private static boolean locksOrWrites(String sql, int start) {
        for (int i = start + 1; i < sql.length(); i++) {
            int letter = sql.charAt(i) | ' '; // each statement comes through here: most letters are done with now
            boolean locks = letter == 'f' && isLock(sql, i);
            boolean writes = letter == 'i' && isWord("INTO", sql, i);
            if ((locks || writes) && !isWord(sql.charAt(i - 1))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isLock(String sql, int start) {
        if (!isWord("FOR", sql, start)) {
            return false;
        }
        return isAny(LOCKS, sql, nextWord(sql, start));
    }

    /// Returns the text with literals replaced by `?`, comments dropped, white space folded and control characters
    /// gone, cut at 200 characters: safe to show. What follows a string of which servers disagree where it ends is
    /// not shown.
    ///
    /// @param namesInQuotes whether `"…"` is a name, as the standard has it; else a string, as with MySQL
    static String sanitise(String sql, boolean namesInQuotes) {
        return new SqlText(sql, namesInQuotes).run();
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
        } else if (c == '"' && !namesInQuotes) {
            literal(quoted(c, false));
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
        for (; at < end && out.length() < LONGEST; at++) {
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

    /// `E'…'` knows backslash escapes; `LIKE'…'` does not.
    private boolean hasEscapes() {
        boolean follows = previous() == 'E' || previous() == 'e';
        return follows && (out.length() == 1 || !isWord(out.charAt(out.length() - 2)));
    }

    /// Some servers let a backslash escape a quote in any string, others do not: then all the rest counts as quoted.
    private int quoted(char quote, boolean escapes) {
        boolean isString = quote == '\'' || (quote == '"' && !namesInQuotes);
        for (int i = at + 1; i < sql.length(); i++) {
            char c = sql.charAt(i);
            if (c == '\\' && isString) {
                if (escapes) {
                    i++;
                } else if (i + 1 < sql.length() && sql.charAt(i + 1) == quote) {
                    return sql.length();
                }
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

    static boolean isWord(char c) {
        return Character.isLetterOrDigit(c) || c == '_';
    }
}
