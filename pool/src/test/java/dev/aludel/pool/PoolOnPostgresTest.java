package dev.aludel.pool;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.aludel.servers.Postgres;
import dev.aludel.testkit.Caller;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
class PoolOnPostgresTest {
    /// In no message, log line or `toString` may this appear.
    private static final String SECRET = Canary.PASSWORD;

    private static final Postgres SERVER = Postgres.shared();
    private static String database = "";

    @RegisterExtension
    final Canary canary = new Canary();

    private final List<Pool> pools = new ArrayList<>();

    @BeforeAll
    static void makesADatabaseAndAUserWithAPassword() throws SQLException {
        database = SERVER.createDatabase("pool");
        execute("drop role if exists pool_user");
        execute("create role pool_user login password '" + SECRET + "'");
    }

    private Pool pool(String url, Consumer<Settings> configure) {
        Pool pool = Pool.of(settings -> configure.accept(settings.name("trips").url(url)));
        pools.add(pool);
        return canary.watch(pool);
    }

    private Pool pool(Consumer<Settings> configure) {
        return pool(SERVER.jdbcUrl(database) + "&ApplicationName=pool-test", configure);
    }

    @AfterEach
    void leavesNoConnectionBehind() {
        pools.forEach(pool -> pool.close(ofSeconds(10)));
        Await.until(() -> backends() == 0, () -> backends() + " connections in pg_stat_activity");
    }

    private static void execute(String sql) throws SQLException {
        execute("postgres", sql);
    }

    private static void execute(String where, String sql) throws SQLException {
        try (Connection connection = SERVER.dataSource(where).getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static long backends() {
        try (Connection connection = SERVER.dataSource("postgres").getConnection()) {
            return number(connection, "select count(*) from pg_stat_activity where datname = '" + database + "'");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static long pid(Connection connection) throws SQLException {
        return number(connection, "select pg_backend_pid()");
    }

    @Test
    void lends_the_same_connection_again() throws Exception {
        Pool pool = pool(settings -> settings.size(2));
        long first;
        try (Connection connection = pool.getConnection()) {
            first = pid(connection);
        }

        try (Connection connection = pool.getConnection()) {
            assertThat(pid(connection)).isEqualTo(first);
        }
        assertThat(backends()).isEqualTo(1);
    }

    @Test
    void opens_no_more_than_it_may() throws Exception {
        Pool pool = pool(settings -> settings.size(2).maxOverflow(1));
        List<Checkout> lent = Pools.checkOut(pool, 3);

        assertThat(backends()).isEqualTo(3);
        assertThatThrownBy(() -> pool.checkOut("fourth", Duration.ofMillis(20)))
                .isInstanceOf(PoolTimeoutException.class);
        lent.forEach(Checkout::close);
    }

    @Test
    void leaves_no_transaction_open() throws Exception {
        Pool pool = pool(settings -> settings.size(1));
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            number(connection, "select 1");
        }

        try (Connection other = SERVER.dataSource(database).getConnection()) {
            assertThat(number(
                            other,
                            "select count(*) from pg_stat_activity where datname = '" + database
                                    + "' and state like 'idle in transaction%'"))
                    .isZero();
        }
    }

    private static long idleInTransaction() {
        try (Connection other = SERVER.dataSource("postgres").getConnection()) {
            return number(
                    other,
                    "select count(*) from pg_stat_activity where datname = '" + database
                            + "' and state like 'idle in transaction%'");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static void forgetInTransaction(Pool pool) throws SQLException {
        Connection connection = pool.getConnection();
        connection.setAutoCommit(false);
        number(connection, "select txid_current()");
    }

    // reliability row F28
    @Test
    void ends_the_transaction_of_a_handle_that_was_dropped() throws Exception {
        Pool pool = pool(settings -> settings.size(1).maxOverflow(0));
        forgetInTransaction(pool);
        assertThat(idleInTransaction()).isOne();

        Await.until(
                () -> {
                    System.gc();
                    try {
                        pool.checkOut("comes", Duration.ofMillis(20)).close();
                        return true;
                    } catch (SQLException e) {
                        return false; // as expected
                    }
                },
                () -> pool.snapshot().toString());

        assertThat(idleInTransaction()).isZero();
    }

    // F18
    @Test
    void replaces_an_idle_connection_that_the_server_ended() throws Exception {
        Pool pool = pool(settings -> settings.size(1).prePing(true));
        long first;
        try (Connection connection = pool.getConnection()) {
            first = pid(connection);
        }
        execute("select pg_terminate_backend(" + first + ")");
        Await.until(() -> backends() == 0, () -> "the backend to end");

        try (Connection connection = pool.getConnection()) {
            assertThat(pid(connection)).isNotEqualTo(first);
        }
    }

    // F19
    @Test
    void tells_the_borrower_of_a_lent_connection_that_the_server_ended_it_and_opens_another() throws Exception {
        Pool pool = pool(settings -> settings.size(1));
        long first;
        try (Connection connection = pool.getConnection()) {
            first = pid(connection);
            execute("select pg_terminate_backend(" + first + ")");
            assertThatThrownBy(() -> pid(connection))
                    .isInstanceOf(SQLException.class)
                    .satisfies(error ->
                            assertThat(((SQLException) error).getSQLState()).isIn("57P01", "08006"));
        }

        try (Connection connection = pool.getConnection()) {
            assertThat(pid(connection)).isNotEqualTo(first);
        }
    }

    // reliability row F52
    @Test
    void aborts_a_running_statement_when_it_closes() throws Exception {
        Pool pool = pool(settings -> settings.size(1));
        Connection connection = pool.getConnection();
        Caller<Long> sleeper = Caller.start("sleeper", () -> number(connection, "select pg_sleep(60)"));
        Await.until(() -> running("select pg_sleep(60)") == 1, () -> "the statement to run");

        pool.close(Duration.ZERO);

        assertThat(sleeper.failure()).isInstanceOf(SQLException.class);
        Await.until(() -> running("select pg_sleep(60)") == 0, () -> "the statement still runs on the server");
    }

    @Test
    void lets_the_server_commit_nothing_after_it_closed() throws Exception {
        execute(database, "create table doubled as select 1 as n");
        String update = "update doubled set n = 2 where pg_sleep(2) is not null";
        Pool pool = pool(settings -> settings.size(1));
        Connection connection = pool.getConnection();
        Caller<Integer> updater = Caller.start("updater", () -> {
            try (Statement statement = connection.createStatement()) {
                return statement.executeUpdate(update);
            }
        });
        Await.until(() -> running(update) == 1, () -> "the statement to run");

        pool.close(Duration.ZERO);

        assertThat(updater.failure()).isInstanceOf(SQLException.class);
        Await.until(() -> running(update) == 0, () -> "the statement still runs on the server");
        try (Connection another = SERVER.dataSource(database).getConnection()) {
            assertThat(number(another, "select n from doubled")).isEqualTo(1);
        }
    }

    private static long running(String sql) {
        try (Connection connection = SERVER.dataSource("postgres").getConnection()) {
            return number(
                    connection,
                    "select count(*) from pg_stat_activity where state = 'active' and query = '" + sql + "'");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /// What somebody is told who cannot connect: soon, in words, with the driver's state and without a secret.
    private void refuses(String url, Consumer<Settings> configure, String state, String words) {
        Pool pool = pool(url, settings -> configure.accept(settings.size(2).timeout(ofSeconds(10))));
        long began = System.nanoTime();

        Throwable error = catchThrowable(pool::getConnection);

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(ofSeconds(10));
        assertThat(error).isInstanceOf(ConnectFailedException.class).hasMessageEndingWith(words);
        assertThat(((SQLException) error).getSQLState()).isEqualTo(state);
        for (Throwable part = error; part != null; part = part.getCause()) {
            assertThat(part.toString()).doesNotContain(SECRET);
        }
        assertThat(pool.toString() + pool.snapshot() + pool.explain().text()).doesNotContain(SECRET);
        assertThat(backends()).isZero();
    }

    private static String address(int port, String name) {
        return "jdbc:postgresql://localhost:" + port + "/" + name;
    }

    // F14
    @Test
    void refuses_a_wrong_password() throws Exception {
        Path file = Path.of(text("show hba_file"));
        String trusting = Files.readString(file);
        try {
            load(file, "host all pool_user all scram-sha-256\n" + trusting); // the embedded server trusts everybody
            refuses(
                    address(SERVER.port(), database),
                    settings -> settings.user("pool_user").password("not " + SECRET),
                    "28P01",
                    "the server refuses user or password; check user and password, and that the user may log in (values not"
                            + " shown)");
        } finally {
            load(file, trusting);
        }
    }

    // F14
    @Test
    void asks_for_the_credentials_at_each_connect() throws Exception {
        // connection-model row 150
        Path file = Path.of(text("show hba_file"));
        String trusting = Files.readString(file);
        AtomicReference<String> password = new AtomicReference<>(SECRET);
        try {
            load(file, "host all pool_user all scram-sha-256\n" + trusting);
            Pool pool = pool(
                    address(SERVER.port(), database),
                    settings -> settings.size(1).credentials(() -> new Credentials("pool_user", password.get())));
            pool.getConnection().close();

            execute("alter role pool_user password 'changed'");
            pool.invalidate();
            assertThatThrownBy(pool::getConnection)
                    .isInstanceOf(ConnectFailedException.class)
                    .hasMessageNotContaining(SECRET);
            password.set("changed");

            pool.getConnection().close();
        } finally {
            execute("alter role pool_user password '" + SECRET + "'");
            load(file, trusting);
        }
    }

    private static void load(Path file, String rules) throws IOException, SQLException {
        String before = text("select pg_conf_load_time()");
        Files.writeString(file, rules);
        execute("select pg_reload_conf()");
        Await.until(() -> isLoadedSince(before), () -> "the rules to be loaded");
    }

    /// A new backend has the time of the server's own loading, after which the server goes by the new rules.
    private static boolean isLoadedSince(String before) {
        try {
            return !text("select pg_conf_load_time()").equals(before);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static String text(String sql) throws SQLException {
        try (Connection connection = SERVER.dataSource("postgres").getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    @Test
    void refuses_an_unknown_user() {
        refuses(
                address(SERVER.port(), database),
                settings -> settings.user("nobody_" + SECRET.hashCode()).password(SECRET),
                "28000",
                "the server refuses user or password; check user and password, and that the user may log in (values not"
                        + " shown)");
    }

    @Test
    void refuses_an_unknown_database() {
        refuses(
                address(SERVER.port(), "no_such_database"),
                settings -> settings.user("postgres").password(SECRET),
                "3D000",
                "there is no such database; create the database, or mend the address");
    }

    @Test
    void refuses_a_port_on_which_nothing_listens() throws Exception {
        int port;
        try (ServerSocket closed = new ServerSocket(0)) {
            port = closed.getLocalPort();
        }

        refuses(
                address(port, database),
                settings -> settings.user("postgres").password(SECRET),
                "08001",
                "nobody listens there; check host and port, and that the server runs");
    }

    // F08
    @Test
    void refuses_a_host_that_does_not_exist() {
        refuses(
                "jdbc:postgresql://no-such-host.invalid/" + database,
                settings -> settings.user("postgres").password(SECRET),
                "08001",
                "the server's name cannot be resolved; check the host in the address, and the name service (DNS)");
    }

    // F10
    @Test
    void gives_up_on_a_port_that_accepts_and_never_answers() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            refuses(
                    address(silent.getLocalPort(), database),
                    settings -> settings.user("postgres").password(SECRET).connectTimeout(Duration.ofMillis(300)),
                    "08001",
                    "there was no answer in time; look at what lies between (network, firewall, name lookup), or raise"
                            + " connectTimeout");
        }
    }

    // F10
    @Test
    void times_out_on_such_a_port_if_the_caller_is_in_more_of_a_hurry() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Pool pool = pool(
                    address(silent.getLocalPort(), database),
                    settings -> settings.user("postgres")
                            .password(SECRET)
                            .timeout(Duration.ofMillis(200))
                            .connectTimeout(ofSeconds(2)));

            assertThatThrownBy(pool::getConnection)
                    .isInstanceOf(PoolTimeoutException.class)
                    .hasMessageStartingWith("Pool 'trips': no connection within 0.20 s (open 0 of 10, connecting 1)")
                    .hasMessageNotContaining(SECRET);
        }
    }

    // F12
    @Test
    void tells_of_a_server_that_is_full() throws Exception {
        execute("alter role pool_user connection limit 1");
        try {
            Pool pool = pool(
                    address(SERVER.port(), database),
                    settings ->
                            settings.user("pool_user").password(SECRET).size(2).timeout(Duration.ofMillis(300)));
            Checkout first = pool.checkOut("first", ofSeconds(10));

            Throwable error = catchThrowable(pool::getConnection);

            assertThat(error).isInstanceOf(PoolTimeoutException.class).hasMessageContaining("53300");
            assertThat(Explanation.find(error).orElseThrow().diagnoses())
                    .singleElement()
                    .isInstanceOf(NotConnected.ServerFull.class);
            first.close();
        } finally {
            execute("alter role pool_user connection limit -1");
        }
    }
}
