package dev.aludel.pool;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Where a pool's connections come from: an address or a source, who connects, and what else the driver is told.
final class Origin {
    private @Nullable ConnectionSource given;
    private @Nullable String url;
    private @Nullable String user;
    private @Nullable String password;
    private @Nullable Supplier<Credentials> credentials;
    private final Map<String, String> driverProperties = new TreeMap<>();
    private UnaryOperator<ConnectionSource> preparation = UnaryOperator.identity();

    void connections(ConnectionSource value) {
        given = value;
    }

    void url(String value) {
        url = clean("url", value);
    }

    void user(String value) {
        user = clean("user", value);
    }

    void password(String value) {
        password = clean("password", value);
    }

    void credentials(Supplier<Credentials> value) {
        credentials = value;
    }

    void driverProperty(String key, String value) {
        driverProperties.put(clean("driverProperty", key), clean("driverProperty", value));
    }

    void preparation(UnaryOperator<ConnectionSource> value) {
        preparation = value;
    }

    /// Returns the address for messages, without secrets.
    String address() {
        return given == null && url != null ? DriverSource.masked(url) : "the given source";
    }

    /// @param resets whether what a borrower changed in the session is to be put back
    ConnectionSource source(boolean resets) {
        return preparation.apply(given == null ? driver(resets) : given);
    }

    private ConnectionSource driver(boolean resets) {
        if (url == null) {
            throw new IllegalArgumentException(
                    "url is not set: give url(\"jdbc:…\"), or connections(…) for a source of your own");
        }
        if (credentials != null && (user != null || password != null)) {
            throw new IllegalArgumentException(
                    "credentials: user or password is given as well, and it is open which of them counts (no value is"
                            + " shown): leave one of them out");
        }
        Map<String, String> properties = driverProperties(url, resets);
        return DriverSource.of(
                url, credentials == null ? fixed(user, password, properties) : asked(credentials, properties));
    }

    /// MariaDB's driver resets nothing unless it is told to in advance.
    private Map<String, String> driverProperties(String url, boolean resets) {
        Map<String, String> more = new HashMap<>(driverProperties);
        if (resets && url.startsWith("jdbc:mariadb:")) {
            more.putIfAbsent(MariaDbServer.RESETS, "true");
        }
        return more;
    }

    private static Supplier<Properties> fixed(
            @Nullable String user, @Nullable String password, Map<String, String> more) {
        return () -> {
            Properties properties = new Properties();
            properties.putAll(more);
            if (user != null) {
                properties.setProperty("user", user);
            }
            if (password != null) {
                properties.setProperty("password", password);
            }
            return properties;
        };
    }

    private static Supplier<Properties> asked(Supplier<Credentials> source, Map<String, String> more) {
        return () -> {
            Credentials now = Objects.requireNonNull(source.get(), "credentials: the supplier gave null");
            return fixed(clean("user", now.user()), clean("password", now.password()), more)
                    .get();
        };
    }

    private static String clean(String key, String value) {
        return RiskyProperties.refuseControl(key, value);
    }
}
