package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertAll;

import dev.aludel.testkit.FakeDatabase;
import dev.aludel.testkit.Rows;
import dev.aludel.testkit.VirtualClock;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Several fake databases that follow one another, on a clock that a test moves. Those whose names
/// begin with "replica" are replicas until a test says otherwise. After each test nothing is open on
/// any of them. The pools' password is a [Canary], which each database is told.
final class Cluster implements BeforeEachCallback, AfterEachCallback {
    private static final String ASKING = "select 'replica'";

    final VirtualClock clock = new VirtualClock();
    final Scheduling scheduling = new Pools(clock).scheduling();
    private final Map<String, FakeDatabase> databases = new LinkedHashMap<>();
    private final List<Pool> pools = new ArrayList<>();
    private final Canary canary = new Canary();

    /// Asks a connection what [#is] said of its database.
    static final class Asked implements Server {
        private final Server server = Server.other();

        @Override
        public String name() {
            return "fake";
        }

        @Override
        public boolean isReplica(Connection connection) throws SQLException {
            return Sql.text(connection, ASKING).equals("t");
        }

        @Override
        public boolean mayLeaveState(String sql) {
            return server.mayLeaveState(sql);
        }
    }

    FakeDatabase database(String name) {
        FakeDatabase known = databases.get(name);
        if (known != null) {
            return known;
        }
        FakeDatabase database = new FakeDatabase();
        databases.put(name, database);
        is(name, name.startsWith("replica"));
        return database;
    }

    void is(String name, boolean replica) {
        database(name).answer(ASKING, Rows.columns("replica").row(replica ? "t" : "f"));
    }

    /// Returns the name of a connection's database.
    String of(Connection connection) {
        return databases.entrySet().stream()
                .filter(entry -> entry.getValue().openBackends().stream().anyMatch(each -> is(connection, each)))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }

    private static boolean is(Connection connection, Object backend) {
        Connection driver = connection instanceof Loan loan ? loan.driver() : connection;
        try {
            return backend.equals(driver.unwrap(backend.getClass()));
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /// Returns what connects to them, each search within 10 s.
    Hosts hosts(Role role, String... names) {
        return hosts(scheduling, Duration.ofSeconds(10), role, names);
    }

    Hosts hosts(Scheduling scheduling, Duration connectTimeout, Role role, String... names) {
        List<Host> hosts = Arrays.stream(names)
                .map(name -> new Host(name, database(name)::connect, scheduling.ticker()))
                .toList();
        return new Hosts(hosts, role, new Asked()::isReplica, scheduling, connectTimeout.toNanos());
    }

    /// Builds a pool on them, by their addresses.
    QueuePool pool(Role role, Consumer<Settings> configure, String... names) throws SQLException {
        for (String name : names) {
            database(name).tellAll();
            DriverManager.registerDriver(database(name).driver());
        }
        Settings settings = new Settings()
                .name("trips")
                .urls(Arrays.stream(names).map(name -> database(name).url()).toList())
                .role(role)
                .user(Canary.USER)
                .password(Canary.PASSWORD)
                .server(new Asked())
                .scheduling(scheduling);
        configure.accept(settings);
        QueuePool pool = (QueuePool) Pool.of(settings);
        pools.add(canary.watch(pool));
        return pool;
    }

    /// Returns a text with the names of the databases in place of their addresses.
    String named(String text) {
        String named = text;
        for (Map.Entry<String, FakeDatabase> entry : databases.entrySet()) {
            named = named.replace(entry.getValue().url(), entry.getKey());
        }
        return named;
    }

    String messageOf(Throwable error) {
        return named(Objects.requireNonNull(error.getMessage()));
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        canary.beforeEach(context);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        assertAll(this::close, this::isLeftAlone, () -> canary.afterEach(context));
    }

    private void close() throws SQLException {
        for (FakeDatabase database : databases.values()) {
            DriverManager.deregisterDriver(database.driver());
        }
        pools.forEach(pool -> pool.close(Duration.ZERO));
    }

    private void isLeftAlone() {
        if (!pools.isEmpty()) {
            databases.values().forEach(database -> database.await(it -> it.open() == 0));
        }
        assertThat(databases.values()).allMatch(database -> database.overlaps() == 0);
    }
}
