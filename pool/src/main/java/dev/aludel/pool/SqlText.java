package dev.aludel.pool;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Reads SQL text with a lexer, never a parser: enough to hide values and to see whether a statement only reads.
final class SqlText {
    private static final int LONGEST = 200;

    /// PostgreSQL's, with quotes.
    private static final int LONGEST_NAME = 65;

    private static final String[] READS = {"SELECT", "VALUES", "SHOW", "TABLE"};
    private static final String[] TRANSACTIONS = {
        "TRAN",
        "TRANSACTION",
        "WORK",
        "ISOLATION",
        "READ",
        "DEFERRABLE",
        "DEFERRED",
        "IMMEDIATE",
        "EXCLUSIVE",
        "CONCURRENT",
        "DISTRIBUTED"
    };

    /// How many statements of one text are looked at: each look may go over the same long comment.
    private static final int MOST = 1_000;

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

    /// Returns whether a text is, at a glance, a single statement that reads or writes rows: such a one begins no
    /// transaction that outlasts it. Each statement comes through here.
    static boolean touchesOnlyRows(String sql) {
        int start = 0;
        while (start < sql.length() && Character.isWhitespace(sql.charAt(start))) {
            start++;
        }
        return start < sql.length() && isOfRows(sql, start) && isSingle(sql);
    }

    private static boolean isOfRows(String sql, int start) {
        return switch (sql.charAt(start) | ' ') {
            case 's' -> isWord("SELECT", sql, start);
            case 'i' -> isWord("INSERT", sql, start);
            case 'u' -> isWord("UPDATE", sql, start);
            case 'd' -> isWord("DELETE", sql, start);
            case 'w' -> isWord("WITH", sql, start);
            case 'm' -> isWord("MERGE", sql, start);
            case 'v' -> isWord("VALUES", sql, start);
            default -> false;
        };
    }

    private static boolean isSingle(String sql) {
        int end = sql.indexOf(';');
        return end < 0 || isBlank(sql, end + 1);
    }

    static boolean isBlank(String sql, int from) {
        for (int i = from; i < sql.length(); i++) {
            if (!Character.isWhitespace(sql.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /// Returns whether a text begins a transaction in the server's language instead of JDBC's, with its first
    /// statement or a later one. One may begin after each `;`, those in literals and comments included: servers
    /// disagree where those end.
    static boolean isBegin(String sql) {
        if (isBegin(sql, firstWord(sql))) {
            return true;
        }
        int at = sql.indexOf(';');
        for (int looks = 0; at >= 0 && looks < MOST; looks++) {
            if (isBegin(sql, wordFrom(sql, at + 1))) {
                return true;
            }
            at = sql.indexOf(';', at + 1);
        }
        return false;
    }

    /// `BEGIN` begins a block, too: of PL/SQL, T-SQL (`BEGIN TRY`) and others (`BEGIN NOT ATOMIC`). It has an end.
    private static boolean isBegin(String sql, int start) {
        if (isWord("START", sql, start)) {
            return isWord("TRANSACTION", sql, wordFrom(sql, start + "START".length()));
        }
        if (!isWord("BEGIN", sql, start)) {
            return false;
        }
        int next = wordFrom(sql, start + "BEGIN".length());
        if (isWord("NOT", sql, next)) {
            return isWord("DEFERRABLE", sql, wordFrom(sql, next + "NOT".length()));
        }
        return next == sql.length()
                || sql.charAt(next) == ';'
                || (isAny(TRANSACTIONS, sql, next) && !isCall(sql, next))
                || !hasEnd(sql, next);
    }

    private static boolean hasEnd(String sql, int from) {
        for (int i = from; i <= sql.length() - "END".length(); i++) {
            if (!isWord(sql.charAt(i - 1)) && isWord("END", sql, i)) {
                return true;
            }
        }
        return false;
    }

    /// A procedure may be named `read`.
    private static boolean isCall(String sql, int start) {
        int end = start;
        while (end < sql.length() && isWord(sql.charAt(end))) {
            end++;
        }
        return end < sql.length() && (sql.charAt(end) == '(' || sql.charAt(end) == '.');
    }

    /// Skips white space, brackets and comments.
    static int firstWord(String sql) {
        return !sql.isEmpty() && isWord(sql.charAt(0)) ? 0 : wordFrom(sql, 0);
    }

    /// Likewise, from anywhere outside of them.
    private static int wordFrom(String sql, int from) {
        SqlText text = new SqlText(sql, true);
        text.at = from;
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

    /// Returns the words of a text, in capital letters, and its other signs one by one. A literal or a name in quotes
    /// that is short enough to name anything keeps its quotes, all others are a `?`; comments, nested ones too, are
    /// dropped.
    static List<String> words(String sql) {
        SqlText text = new SqlText(sql, true);
        List<String> words = new ArrayList<>();
        while (text.at < sql.length()) {
            String word = text.word();
            if (!word.isBlank()) {
                words.add(word);
            }
        }
        return words;
    }

    private String word() {
        int start = at;
        char c = sql.charAt(start);
        if (c == '\'' || c == '"' || (c == '$' && dollarQuote() > 0)) {
            at = c == '$' ? dollarQuote() : quoted(c, c == '\'' && followsE());
            boolean isName = c != '$' && at - start <= LONGEST_NAME;
            return isName ? sql.substring(start, at).toUpperCase(Locale.ROOT) : "?";
        }
        if (sql.startsWith("--", start)) {
            at = lineEnd();
            return "";
        }
        if (sql.startsWith("/*", start)) {
            at = nestedCommentEnd();
            return "";
        }
        do {
            at++;
        } while (isWord(c) && at < sql.length() && isWord(sql.charAt(at)));
        return sql.substring(start, at).toUpperCase(Locale.ROOT);
    }

    private boolean followsE() {
        return at > 0 && (sql.charAt(at - 1) | ' ') == 'e' && (at == 1 || !isWord(sql.charAt(at - 2)));
    }

    private int nestedCommentEnd() {
        int depth = 0;
        for (int i = at; i < sql.length(); i++) {
            if (sql.startsWith("/*", i)) {
                depth++;
                i++;
            } else if (sql.startsWith("*/", i)) {
                depth--;
                i++;
                if (depth == 0) {
                    return i + 1;
                }
            }
        }
        return sql.length();
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
        String text = Text.plain(out.toString().strip());
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
