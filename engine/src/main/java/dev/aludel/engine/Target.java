package dev.aludel.engine;

import dev.aludel.pool.ConnectionSource;
import dev.aludel.sql.Dialect;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;

/// Where an engine made from a URL connects to, and with what. Opens connections through the driver that is on the
/// class path; making a target opens nothing.
///
/// User, password and parameters reach the driver as properties, never as text within the URL, so that nothing in
/// them can be read as anything else, and no message of a driver about its URL can hold a secret.
///
/// @param jdbcUrl the URL for the driver, without user, password and parameters
/// @param shown the URL for people, with every secret masked
record Target(Dialect dialect, String jdbcUrl, Map<String, String> properties, String shown)
        implements ConnectionSource {
    private static final String NO_DRIVER = "08001";

    Target {
        properties = Map.copyOf(properties);
    }

    /// Returns the same target, asked in another dialect.
    Target speaking(Dialect other) {
        return new Target(other, jdbcUrl, properties, shown);
    }

    @Override
    public Connection connect() throws SQLException {
        Properties info = new Properties();
        properties.forEach(info::setProperty);
        Connection connection = driver().connect(jdbcUrl, info);
        if (connection == null) throw new SQLException("the JDBC driver does not accept " + shown, NO_DRIVER);
        return connection;
    }

    private Driver driver() throws SQLException {
        try {
            return DriverManager.getDriver(jdbcUrl);
        } catch (SQLException none) {
            throw new SQLException("no JDBC driver on the class path accepts " + shown, NO_DRIVER, none);
        }
    }

    /// Returns the URL for people, every secret masked.
    @Override
    public String toString() {
        return shown;
    }
}
