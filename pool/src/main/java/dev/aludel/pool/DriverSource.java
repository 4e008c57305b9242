package dev.aludel.pool;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/// Opens connections with the driver that accepts a JDBC address.
final class DriverSource implements ConnectionSource {
    /// Around an address of IPv6.
    private static final Pattern BRACKETS = Pattern.compile("\\[[^\\]]*]");

    private final Driver driver;
    private final String url;
    private final Supplier<Properties> properties;

    private DriverSource(Driver driver, String url, Supplier<Properties> properties) {
        this.driver = driver;
        this.url = url;
        this.properties = properties;
    }

    /// @param properties asked for at each connect
    /// @throws IllegalArgumentException if no driver accepts the address, or it sets what only code may; it is
    ///     not shown but for its scheme
    static DriverSource of(String url, Supplier<Properties> properties) {
        if (!url.startsWith("jdbc:")) {
            throw new IllegalArgumentException(
                    "url must start with 'jdbc:' (it is not shown, since it may hold a password)");
        }
        TextProperties.check(url);
        if (url.startsWith("jdbc:postgresql:") && url.split("\\?", 2)[0].contains("@")) {
            throw new IllegalArgumentException("url: PostgreSQL's driver knows no user or password before the host (the"
                    + " address is not shown): set user(…) and password(…)");
        }
        try {
            return new DriverSource(DriverManager.getDriver(url), url, properties);
        } catch (SQLException e) {
            throw new IllegalArgumentException(
                    "url: no JDBC driver on the class path accepts an address that starts with '" + scheme(url)
                            + "': add the driver, or mend the address (not shown, since it may hold a password)");
        }
    }

    /// Returns an address without user, password and parameters, for messages. Where it cannot be told what is what,
    /// nothing but the scheme is left.
    static String masked(String url) {
        String bare = url.split("[?;]", 2)[0];
        int at = bare.lastIndexOf('@');
        String host = bare.substring(at + 1).replaceFirst("^/+", "");
        boolean isHost = at < 0 || !BRACKETS.matcher(host).replaceAll("").matches(".*:(?!\\d).*");
        if (!isHost || url.lastIndexOf('@') != at || host.matches(".*[=(].*")) {
            return scheme(url) + "…";
        }
        return at < 0 ? bare : scheme(url) + "//" + host;
    }

    static String scheme(String url) {
        int end = url.indexOf(':', "jdbc:".length());
        return end < 0 || !url.substring(0, end).matches("jdbc:\\w+") ? "jdbc:" : url.substring(0, end + 1);
    }

    @Override
    public Connection connect() throws SQLException {
        Connection connection = driver.connect(url, properties.get());
        if (connection == null) {
            throw new SQLException("the driver does not accept the address any more", "08001");
        }
        return connection;
    }
}
