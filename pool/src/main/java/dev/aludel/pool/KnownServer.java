package dev.aludel.pool;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.Locale;

/// What a connection says of its server.
///
/// @param hasNamesInQuotes whether `"…"` is a name to it. Whoever does not say it is taken for one
/// to whom quotes make strings, which are not shown
record KnownServer(Server server, boolean hasNamesInQuotes) {
    static final KnownServer UNKNOWN = new KnownServer(Server.other(), false);

    /// Asks a connection.
    ///
    /// @throws SQLException if it is lost
    static KnownServer ask(Connection connection) throws SQLException {
        try {
            DatabaseMetaData metaData = connection.getMetaData();
            return new KnownServer(named(metaData), "\"".equals(metaData.getIdentifierQuoteString()));
        } catch (Throwable e) { // a driver may have no metadata: that is no reason not to lend its connections
            if (e instanceof SQLException lost && UNKNOWN.server().isDisconnect(lost)) {
                throw lost;
            }
            return UNKNOWN;
        }
    }

    static KnownServer of(Connection connection) {
        try {
            return ask(connection);
        } catch (SQLException e) {
            return UNKNOWN;
        }
    }

    private static Server named(DatabaseMetaData metaData) throws SQLException {
        String product = metaData.getDatabaseProductName();
        return switch (product == null ? "" : product.toLowerCase(Locale.ROOT)) {
            case "postgresql" -> Server.postgres();
            case "mariadb", "mysql" -> Server.mariaDb();
            case "h2" -> Server.h2();
            case "sqlite" -> Server.sqlite();
            default -> Server.other();
        };
    }

    KnownServer with(Server given) {
        return new KnownServer(given, hasNamesInQuotes);
    }
}
