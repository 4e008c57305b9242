package dev.aludel.pool;

/// The words by which a statement is known to leave nothing in the session: a lexer, never a
/// parser.
///
/// It looks at the first word, and for suspects in all of the text, literals and comments included:
/// servers disagree where those end. So it may take a harmless statement for one that is not, never
/// the other way round.
final class SessionWords {
    private static final String[] INSERTS = {"INSERT", "MERGE", "REPLACE", "IGNORE"};

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
            return !isBlank(sql, i + 1);
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

    private static boolean isBlank(String sql, int from) {
        for (int i = from; i < sql.length(); i++) {
            if (!Character.isWhitespace(sql.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /// `INSERT INTO` writes rows; other statements with `INTO` make tables and set variables.
    private static boolean followsInsert(String sql, int into) {
        int end = into;
        while (end > 0 && Character.isWhitespace(sql.charAt(end - 1))) {
            end--;
        }
        for (String insert : INSERTS) {
            if (sql.regionMatches(true, end - insert.length(), insert, 0, insert.length())) {
                return true;
            }
        }
        return false;
    }
}
