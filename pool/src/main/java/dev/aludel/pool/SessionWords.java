package dev.aludel.pool;

/// The words by which a statement is known to leave nothing in the session: a lexer, never a
/// parser.
///
/// It looks at the first word, and for suspects in all of the text, literals and comments included:
/// servers disagree where those end. So it may take a harmless statement for one that is not, never
/// the other way round.
final class SessionWords {
    private static final String[] INSERTS = {"INSERT", "MERGE", "REPLACE"};
    private static final String[] ALTERNATIVES = {"OR", "IGNORE", "REPLACE"};

    private final String[] harmless;
    private final String[] suspects;

    /// For each first character of a suspect a bit for each second one, by their last five bits: most
    /// of a text is done with at a look here.
    private final int[] pairs = new int[32];

    /// @param harmless first words of statements that read or write rows and do nothing else
    /// @param suspects how words begin that must not be in such a statement, in small letters
    SessionWords(String[] harmless, String... suspects) {
        this.harmless = harmless;
        this.suspects = suspects;
        note(";");
        note("into");
        for (String suspect : suspects) {
            note(suspect);
        }
    }

    private void note(String suspect) {
        pairs[suspect.charAt(0) & 31] |= suspect.length() == 1 ? -1 : bit(suspect.charAt(1));
    }

    private static int bit(char c) {
        return 1 << (c & 31);
    }

    boolean mayLeaveState(String sql) {
        int start = SqlText.firstWord(sql);
        return !SqlText.isAny(harmless, sql, start) || (start > 0 && !isPlain(sql, start)) || hasSuspect(sql);
    }

    /// Returns whether servers agree where the comments before the first word end: not if one is
    /// within another, or a line of them ends with a carriage return.
    private static boolean isPlain(String sql, int start) {
        boolean inside = false;
        for (int i = 0; i < start; i++) {
            boolean opens = sql.startsWith("/*", i);
            if ((opens && inside) || sql.charAt(i) == '\r') {
                return false;
            }
            inside = opens || (inside && !sql.startsWith("*/", i));
        }
        return true;
    }

    private boolean hasSuspect(String sql) {
        int last = sql.length() - 1;
        char c = sql.charAt(0);
        for (int i = 0; i < last; i++) {
            char next = sql.charAt(i + 1);
            if ((pairs[c & 31] & bit(next)) != 0 && isSuspect(sql, i, c)) {
                return true;
            }
            c = next;
        }
        return false;
    }

    private boolean isSuspect(String sql, int i, char c) {
        if (c == ';') {
            return !SqlText.isBlank(sql, i + 1);
        }
        if (i > 0 && SqlText.isWord(c) && SqlText.isWord(sql.charAt(i - 1))) {
            return false;
        }
        for (String suspect : suspects) {
            if (sql.regionMatches(true, i, suspect, 0, suspect.length())) {
                return true;
            }
        }
        return SqlText.isWord("INTO", sql, i) && !followsInsert(sql, i);
    }

    /// `INSERT INTO` writes rows; other statements with `INTO` make tables and set variables, and in them `insert` may
    /// be the name of a column. So it counts only where nothing else can be: as the first word, or after `(`.
    private static boolean followsInsert(String sql, int into) {
        if (into == intoOf(sql, SqlText.firstWord(sql))) {
            return true;
        }
        int start = into;
        while (start > 0 && isWordOrBlank(sql.charAt(start - 1))) {
            start--;
        }
        int bracket = start - 1;
        while (Character.isWhitespace(sql.charAt(start))) {
            start++;
        }
        return bracket >= 0
                && sql.charAt(bracket) == '('
                && !isInLineComment(sql, bracket, into)
                && into == intoOf(sql, start);
    }

    private static boolean isWordOrBlank(char c) {
        return SqlText.isWord(c) || Character.isWhitespace(c);
    }

    /// Returns where `INSERT OR IGNORE INTO` and its like have their last word, or -1.
    private static int intoOf(String sql, int start) {
        if (!SqlText.isAny(INSERTS, sql, start)) {
            return -1;
        }
        int word = SqlText.nextWord(sql, start);
        while (SqlText.isAny(ALTERNATIVES, sql, word)) {
            word = SqlText.nextWord(sql, word);
        }
        return word;
    }

    /// Returns whether a bracket may be in a comment that ends before what comes next: only if that is on another line.
    private static boolean isInLineComment(String sql, int bracket, int next) {
        int end = bracket;
        while (end < next && !isLineEnd(sql.charAt(end))) {
            end++;
        }
        for (int i = bracket - 1; end < next && i > 0 && !isLineEnd(sql.charAt(i)); i--) {
            if (sql.charAt(i) == '-' && sql.charAt(i - 1) == '-') {
                return true;
            }
        }
        return false;
    }

    private static boolean isLineEnd(char c) {
        return c == '\n' || c == '\r';
    }
}
