package dev.aludel.pool;

/// Where one looks at a server, and what ends there what nobody ends, as that server calls it: for remedies.
enum ServerWords {
    POSTGRESQL(
            " (pg_stat_activity, wait_event_type Lock)",
            "; a limit at the server (idle_in_transaction_session_timeout) would have ended it",
            " (pg_prepared_xacts)"),
    /// MySQL, too; of that it is not seen who has the locks, so what ends his transaction is MariaDB's.
    MARIADB(
            " (SHOW FULL PROCESSLIST, SHOW ENGINE INNODB STATUS)",
            "; a limit at the server (idle_transaction_timeout) would have ended it",
            " (XA RECOVER)"),
    H2(" (information_schema.sessions)", "", " (information_schema.in_doubt)"),
    /// Of a server of which it is not known.
    NONE("", "", "");

    /// Where it shows what statements wait for.
    final String waits;

    /// What ends a transaction that its client has forgotten, as the end of a sentence.
    final String idleLimit;

    /// Where it shows prepared transactions.
    final String prepared;

    ServerWords(String waits, String idleLimit, String prepared) {
        this.waits = waits;
        this.idleLimit = idleLimit;
        this.prepared = prepared;
    }

    /// By the name that a server has; one that somebody has changed keeps it.
    static ServerWords of(Server server) {
        return switch (server.name()) {
            case "PostgreSQL" -> POSTGRESQL;
            case "MariaDB" -> MARIADB;
            case "H2" -> H2;
            default -> NONE;
        };
    }
}
