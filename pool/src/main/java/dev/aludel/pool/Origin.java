package dev.aludel.pool;

import static java.util.stream.Collectors.joining;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Where a pool's connections come from: an address, several, or a source, who connects, and what else the driver is
/// told.
final class Origin {
    /// How long PostgreSQL's driver waits for a cancel to be taken.
    private static final String CANCEL_SECONDS = "2";

    private static final Set<String> TELL_THEIR_ROLE = Set.of("jdbc:postgresql:", "jdbc:mariadb:", "jdbc:mysql:");

    private @Nullable ConnectionSource given;
    private @Nullable String url;
    private List<String> urls = List.of();
    private Role role = Role.ANY;
    private @Nullable String user;
    private @Nullable String password;
    private @Nullable Supplier<Credentials> credentials;
    private final Map<String, String> driverProperties = new TreeMap<>();
    private final Map<String, String> textProperties = new TreeMap<>();
    private Pooler pooler = Pooler.DETECT;
    private @Nullable ConnectionSource poolerConsole;
    private @Nullable NewConnection preparation;

    void connections(ConnectionSource value) {
        given = value;
    }

    void url(String value) {
        url = clean("url", value);
    }

    void urls(List<String> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException(
                    "urls must name one server or more, but is empty: give their addresses, or url(…)");
        }
        values.forEach(value -> clean("urls", value));
        urls = List.copyOf(values);
    }

    void role(Role value) {
        role = value;
    }

    Role role() {
        return role;
    }

    void pooler(Pooler value) {
        pooler = value;
    }

    Pooler pooler() {
        return pooler;
    }

    void poolerConsole(ConnectionSource value) {
        poolerConsole = value;
    }

    @Nullable
    ConnectionSource poolerConsole() {
        return poolerConsole;
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

    /// Likewise, for what is not said in code: the address tells which of them may be.
    void textProperty(String key, String value) {
        textProperties.put(clean("driver properties", key), clean("driver properties", value));
    }

    void preparation(NewConnection value) {
        preparation = value;
    }

    /// Returns the setting by which each new connection is given what a session keeps, or null.
    @Nullable
    String kept() {
        return preparation == null ? null : preparation.kept();
    }

    private ConnectionSource prepared(ConnectionSource source) {
        return preparation == null ? source : preparation.of(source);
    }

    boolean isOfPostgres() {
        return given == null && addresses().allMatch(address -> address.startsWith("jdbc:postgresql:"));
    }

    /// Returns the addresses for messages, without secrets.
    String address() {
        return given == null ? addresses().map(DriverSource::masked).collect(joining(", ")) : "the given source";
    }

    private Stream<String> addresses() {
        return url == null ? urls.stream() : Stream.of(url);
    }

    /// @param resets         whether what a borrower changed in the session is to be put back
    /// @param server         what the server is, or null to ask it
    /// @param connectTimeout in nanoseconds
    ConnectionSource source(boolean resets, @Nullable Server server, Scheduling scheduling, long connectTimeout) {
        ConnectionSource alone = given;
        if (alone == null) {
            check(server != null);
            alone = urls.isEmpty() ? driver(Objects.requireNonNull(url), resets) : null;
        }
        if (alone != null && role == Role.ANY) {
            return prepared(alone);
        }
        List<Host> hosts = alone != null
                ? List.of(new Host(address(), alone, scheduling.ticker()))
                : urls.stream().map(url -> host(url, resets, scheduling)).toList();
        return prepared(new Hosts(hosts, role, asking(server), scheduling, connectTimeout));
    }

    private static Hosts.Asking asking(@Nullable Server server) {
        return server == null ? connection -> Server.of(connection).isReplica(connection) : server::isReplica;
    }

    private Host host(String url, boolean resets, Scheduling scheduling) {
        try {
            return new Host(DriverSource.masked(url), driver(url, resets), scheduling.ticker());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("urls, number " + (urls.indexOf(url) + 1) + ": " + e.getMessage(), e);
        }
    }

    private void check(boolean serverIsKnown) {
        if (url == null && urls.isEmpty()) {
            throw new IllegalArgumentException(
                    "url is not set: give url(\"jdbc:…\"), or connections(…) for a source of your own");
        }
        if (url != null && !urls.isEmpty()) {
            throw new IllegalArgumentException("urls: url is given as well, and it is open which of them counts (no"
                    + " value is shown): leave one of them out");
        }
        if (Set.copyOf(urls).size() < urls.size()) {
            throw new IllegalArgumentException("urls name a server twice (no value is shown): leave one of them out");
        }
        List<String> schemes = addresses().map(DriverSource::scheme).distinct().toList();
        if (schemes.size() > 1) {
            throw new IllegalArgumentException("urls must all begin alike, but there are "
                    + String.join(" and ", schemes) + ": give each kind of server a pool of its own");
        }
        if (role != Role.ANY && !serverIsKnown && !TELL_THEIR_ROLE.containsAll(schemes)) {
            throw new IllegalArgumentException("role cannot be " + role + ", since the pool does not know how to ask "
                    + schemes.getFirst() + " for it: leave it out, or give server(…) one that knows");
        }
        if (credentials != null && (user != null || password != null)) {
            throw new IllegalArgumentException(
                    "credentials: user or password is given as well, and it is open which of them counts (no value is"
                            + " shown): leave one of them out");
        }
    }

    private ConnectionSource driver(String url, boolean resets) {
        Map<String, String> properties = driverProperties(url, resets);
        return DriverSource.of(
                url, credentials == null ? fixed(user, password, properties) : asked(credentials, properties));
    }

    /// MariaDB's driver resets nothing unless it is told to in advance. PostgreSQL's has who is over
    /// his statement's time wait until the server has taken the cancel, ten seconds long where the
    /// network is gone; what the address says of that counts.
    private Map<String, String> driverProperties(String url, boolean resets) {
        TextProperties.check(url, textProperties);
        Map<String, String> more = new HashMap<>(textProperties);
        more.putAll(driverProperties);
        if (resets && url.startsWith("jdbc:mariadb:")) {
            more.putIfAbsent(MariaDbServer.RESETS, "true");
        }
        if (url.startsWith("jdbc:postgresql:")) {
            more.putIfAbsent("cancelSignalTimeout", CANCEL_SECONDS);
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
