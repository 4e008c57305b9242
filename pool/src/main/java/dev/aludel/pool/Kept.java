package dev.aludel.pool;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a statement of PostgreSQL leaves in its session for sure, by its words.
///
/// [SessionWords] asks whether a statement *may* leave something, to put it back; this one must not
/// take a harmless one for another, as it is refused then.
enum Kept {
    SETTING(
            "SET",
            "SET LOCAL within the transaction, or give the user or the database the setting (ALTER ROLE … SET …)"),
    ISOLATION(
            "setTransactionIsolation, which this driver turns into a setting of the session,",
            "SET TRANSACTION ISOLATION LEVEL … as the first statement of the transaction"),
    SCHEMA(
            "setSchema, which this driver turns into a setting of the session,",
            "SET LOCAL search_path within the transaction, or give the user the search path (ALTER ROLE … SET …)"),
    LISTEN("LISTEN", "listen over a connection to the server itself"),
    LOCK(
            "an advisory lock of the session",
            "pg_advisory_xact_lock, which the transaction's end releases, or a connection to the server itself"),
    TEMPORARY("a temporary table that outlives its transaction", "ON COMMIT DROP, in one transaction"),
    CURSOR("a cursor WITH HOLD", "fetch within the transaction"),
    PREPARED("PREPARE", "a PreparedStatement of JDBC, which the driver prepares as the pooler lets it"),
    LIBRARY("LOAD", "have the server load it (session_preload_libraries)");

    /// The statements in which a call of a function counts.
    private static final Set<String> OF_ROWS =
            Set.of("SELECT", "WITH", "VALUES", "INSERT", "UPDATE", "DELETE", "MERGE", "CALL");

    /// What may come before a statement's first word: brackets, and `{? = call …}` of JDBC.
    private static final Set<String> BEFORE = Set.of("(", "{", "?", "=");

    private static final Set<String> LOCKS = Set.of(
            "PG_ADVISORY_LOCK", "PG_ADVISORY_LOCK_SHARED", "PG_TRY_ADVISORY_LOCK", "PG_TRY_ADVISORY_LOCK_SHARED");

    /// Not of the session, or what PgBouncer gives each session that it lends to a client.
    private static final Set<String> NOT_KEPT = Set.of(
            "LOCAL",
            "TRANSACTION",
            "TRANSACTION_ISOLATION",
            "TRANSACTION_READ_ONLY",
            "TRANSACTION_DEFERRABLE",
            "CONSTRAINTS",
            "NAMES",
            "CLIENT_ENCODING",
            "DATESTYLE",
            "INTERVALSTYLE",
            "TIME",
            "TIMEZONE",
            "STANDARD_CONFORMING_STRINGS",
            "APPLICATION_NAME");

    /// After them `INTO` names a table that is there, which may be called `temp`.
    private static final Set<String> WRITES = Set.of("INSERT", "MERGE");

    private static final Set<String> TEMP = Set.of("TEMP", "TEMPORARY");

    /// What may be made in the schema `pg_temp` in place of being called temporary.
    private static final Set<String> MADE = Set.of("TABLE", "VIEW", "SEQUENCE");

    /// What is kept, as the subject of "is refused".
    final String what;
    /// What to do instead.
    final String instead;

    Kept(String what, String instead) {
        this.what = what;
        this.instead = instead;
    }

    /// Returns the first thing that one of a text's statements keeps, or null if none does for sure.
    /// Where a function's body of several statements ends is not for words to tell: nothing is said of
    /// it, and of what follows.
    static @Nullable Kept of(String sql) {
        List<String> statement = new ArrayList<>();
        int depth = 0;
        for (String word : SqlText.words(sql)) {
            depth = Math.max(0, depth + step(word));
            if (word.equals(";") && depth == 0) {
                Kept kept = of(statement);
                if (kept != null) {
                    return kept;
                }
                statement.clear();
            } else if (word.equals("ATOMIC") && isBodyOfFunction(statement)) {
                return null;
            } else if (!statement.isEmpty() || !BEFORE.contains(word)) {
                statement.add(word);
            }
        }
        return of(statement);
    }

    private static int step(String word) {
        return word.equals("(") ? 1 : word.equals(")") ? -1 : 0;
    }

    private static boolean isBodyOfFunction(List<String> words) {
        return word(words, 0).equals("CREATE") && words.getLast().equals("BEGIN");
    }

    private static @Nullable Kept of(List<String> words) {
        return switch (word(words, 0)) {
            case "SET" -> setting(words);
            case "LISTEN" -> LISTEN;
            case "LOAD" -> LIBRARY;
            case "PREPARE" -> word(words, 1).equals("TRANSACTION") ? null : PREPARED;
            case "DECLARE" -> isHeld(words) ? CURSOR : null;
            case "CREATE" -> created(words);
            default -> OF_ROWS.contains(word(words, 0)) ? ofRows(words) : null;
        };
    }

    private static String word(List<String> words, int at) {
        return at < words.size() ? words.get(at) : "";
    }

    private static String unquoted(String word) {
        boolean isQuoted = word.length() > 1 && (word.startsWith("'") || word.startsWith("\""));
        return isQuoted ? word.substring(1, word.length() - 1) : word;
    }

    /// Going back to what the session has by itself keeps nothing.
    private static @Nullable Kept setting(List<String> words) {
        String name = unquoted(word(words, word(words, 1).equals("SESSION") ? 2 : 1));
        String value = words.getLast();
        boolean goesBack = value.equals("DEFAULT")
                || (name.equals("ROLE") && unquoted(value).equals("NONE"));
        return goesBack || NOT_KEPT.contains(name) ? null : SETTING;
    }

    /// The query after `FOR` may have a `WITH hold AS` of its own.
    private static boolean isHeld(List<String> words) {
        int query = words.indexOf("FOR");
        return has(query < 0 ? words : words.subList(0, query), "WITH", "HOLD");
    }

    private static @Nullable Kept created(List<String> words) {
        int at = word(words, 1).equals("OR") ? 3 : 1;
        at += Set.of("LOCAL", "GLOBAL", "UNLOGGED").contains(word(words, at)) ? 1 : 0;
        boolean isTemporary = TEMP.contains(word(words, at)) || isMadeInPgTemp(words, at);
        return isTemporary && !has(words, "ON", "COMMIT", "DROP") ? TEMPORARY : null;
    }

    private static boolean isMadeInPgTemp(List<String> words, int at) {
        int name = at + (word(words, at + 1).equals("IF") ? 4 : 1);
        return MADE.contains(word(words, at)) && isInPgTemp(words, name);
    }

    private static boolean isInPgTemp(List<String> words, int at) {
        return unquoted(word(words, at)).equals("PG_TEMP")
                && word(words, at + 1).equals(".");
    }

    private static @Nullable Kept ofRows(List<String> words) {
        for (int i = 2; i < words.size(); i++) {
            String before = words.get(i - 1);
            boolean calls = words.get(i).equals("(") && !isOfAnotherSchema(words, i - 1);
            if (calls && LOCKS.contains(before)) {
                return LOCK;
            }
            if (calls && before.equals("SET_CONFIG") && isForTheSession(words, i)) {
                return SETTING;
            }
            if (before.equals("INTO") && !WRITES.contains(words.get(i - 2)) && isTemporary(words, i)) {
                return TEMPORARY;
            }
        }
        return null;
    }

    /// A function of the user's may be named like one of the server's.
    private static boolean isOfAnotherSchema(List<String> words, int name) {
        return name > 1
                && words.get(name - 1).equals(".")
                && !unquoted(words.get(name - 2)).equals("PG_CATALOG");
    }

    private static boolean isTemporary(List<String> words, int at) {
        return TEMP.contains(words.get(at)) || isInPgTemp(words, at);
    }

    /// Returns whether the last argument of `set_config` is `false`, and the first names no setting
    /// that is left alone. A bind may be either.
    private static boolean isForTheSession(List<String> words, int bracket) {
        int depth = 0;
        for (int i = bracket; i < words.size(); i++) {
            depth += step(words.get(i));
            if (depth == 0) {
                return words.get(i - 1).equals("FALSE")
                        && words.get(i - 2).equals(",")
                        && !(words.get(bracket + 2).equals(",") && NOT_KEPT.contains(unquoted(words.get(bracket + 1))));
            }
        }
        return false;
    }

    private static boolean has(List<String> words, String... sequence) {
        return Collections.indexOfSubList(words, List.of(sequence)) >= 0;
    }
}
