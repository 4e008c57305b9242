package dev.aludel.pool;

import java.sql.Connection;
import java.sql.SQLException;

/// A server of which nothing is known but SQL.
///
/// There is no reset but a new connection. That is dear where each request calls a procedure, so
/// only what is sure to change the session counts.
final class OtherServer implements Server {
    private static final String[] CHANGES = {"SET", "USE", "LISTEN", "LOCK", "ATTACH", "PRAGMA"};
    private static final String[] SESSION = {"SESSION"};
    private static final String[] TEMPORARY = {"TEMP", "TEMPORARY"};
    private static final String[] KINDS = {"GLOBAL", "LOCAL", "PRIVATE", "OR", "REPLACE"};

    @Override
    public String name() {
        return "a server without a name";
    }

    /// It may be any: what means a lost connection to one means nothing else to the others.
    @Override
    public boolean isDisconnect(SQLException e) {
        return Server.super.isDisconnect(e)
                || PostgresServer.isLost(e.getSQLState())
                || H2Server.isLost(e.getSQLState());
    }

    /// What JDBC says, for want of better: see [Settings#role].
    @Override
    public boolean isReplica(Connection connection) throws SQLException {
        return connection.isReadOnly();
    }

    @Override
    public boolean mayLeaveState(String sql) {
        int start = SqlText.firstWord(sql);
        if (SqlText.isAny(CHANGES, sql, start)) {
            return true;
        }
        int second = SqlText.nextWord(sql, start);
        if (SqlText.isWord("ALTER", sql, start)) {
            return SqlText.isAny(SESSION, sql, second);
        }
        return SqlText.isWord("CREATE", sql, start) && isTemporary(sql, second);
    }

    private static boolean isTemporary(String sql, int second) {
        int word = second;
        while (SqlText.isAny(KINDS, sql, word)) {
            word = SqlText.nextWord(sql, word);
        }
        return SqlText.isAny(TEMPORARY, sql, word);
    }
}
