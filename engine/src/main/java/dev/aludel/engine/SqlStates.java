package dev.aludel.engine;

import java.util.Map;

/// What SQLStates mean, and what to do about them, where the type of the exception does not say it.
final class SqlStates {
    private static final Map<String, String> STATES = Map.ofEntries(
            Map.entry("02000", "it gives no rows; execute it as a statement without rows"),
            Map.entry("22001", "a value is too long for its column; shorten it, or widen the column"),
            Map.entry("22003", "a number is out of the range of its column"),
            Map.entry("22007", "a value is not a date or time that the database can read"),
            Map.entry("22008", "a date or time is out of range"),
            Map.entry("22012", "division by zero"),
            Map.entry("22018", "a value cannot be converted to the type of its column"),
            Map.entry("22021", "a text holds a sign that the database's encoding has not, such as NUL"),
            Map.entry("22P02", "a value cannot be read as the type of its column"),
            Map.entry("22P05", "a text holds a sign that the database's encoding has not"),
            Map.entry("25006", "the transaction is read-only; write on the primary, outside readOnly and read"),
            Map.entry(
                    "25P02", "an earlier statement of this transaction failed; call rollback() and run the unit again"),
            Map.entry("42501", "the database user may not do this; grant it the right"),
            Map.entry("42601", "the SQL has a syntax error"),
            Map.entry(
                    "42P05",
                    "a prepared statement of that name exists; behind a pooler in transaction mode set"
                            + " prepareThreshold=0 in the URL"),
            Map.entry("53100", "the server's disk is full"),
            Map.entry("53200", "the server is out of memory"),
            Map.entry("53300", "the server has no connection left"),
            Map.entry("54000", "the statement is beyond a limit of the server"),
            Map.entry("57014", "it was cancelled"),
            Map.entry("90002", "it gives no rows; execute it as a statement without rows"));

    private static final Map<String, String> CLASSES = Map.of(
            "0A", "the database does not support this",
            "21", "a subquery gives more rows than may be",
            "22", "a value does not fit",
            "25", "the transaction is in the wrong state for it",
            "42", "a name, a type or the syntax is wrong",
            "53", "the server lacks resources",
            "57", "the server's operator stopped it",
            "58", "the server has a system error",
            "XX", "the server has an internal error");

    private SqlStates() {}

    static String words(String state) {
        String words = STATES.get(state);
        if (words != null) return words;
        String known = state.length() < 2 ? null : CLASSES.get(state.substring(0, 2));
        return known == null ? "the cause says why" : known;
    }
}
