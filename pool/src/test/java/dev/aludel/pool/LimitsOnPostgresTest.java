package dev.aludel.pool;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aludel.servers.Postgres;
import dev.aludel.testkit.Caller;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a PostgreSQL refuses, ends or cuts off, by its limits and its settings.
@DisplayNameGeneration(ReplaceUnderscores.class)
class LimitsOnPostgresTest {
    private static final String USER = "limited";
    private static final int MOST = 10;

    /// That and three for superusers are all that there are.
    private static final int FOR_USERS = MOST - 3;

    private static final Duration PATIENCE = ofMinutes(2);

    private static Postgres server = Postgres.shared();
    private static String database = "";

    @RegisterExtension
    final Canary canary = new Canary();

    private final List<Pool> pools = new ArrayList<>();

    @BeforeAll
    static void starts() throws SQLException {
        server = Postgres.start(MOST);
        database = server.createDatabase("limits");
        run("create role " + USER + " login password '" + Canary.PASSWORD + "'");
    }

    @AfterAll
    static void stops() {
        server.close();
    }

    @AfterEach
    void ends() throws SQLException {
        pools.forEach(pool -> pool.close(Duration.ZERO));
        Await.until(() -> sessions() == 0, () -> sessions() + " sessions are left");
        run("alter role " + USER + " connection limit -1 password '" + Canary.PASSWORD + "'");
        run("alter role " + USER + " reset all");
        run("alter database " + database + " connection limit -1");
    }

    private static void run(String sql) throws SQLException {
        try (Connection connection = server.dataSource("postgres").getConnection()) {
            Sql.run(connection, sql);
        }
    }

    private static int sessions() {
        try (Connection connection = server.dataSource("postgres").getConnection()) {
            return number(connection, "select count(*) from pg_stat_activity where usename = '" + USER + "'");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static int number(Connection connection, String sql) throws SQLException {
        return Integer.parseInt(Sql.text(connection, sql));
    }

    private static int pid(Connection connection) throws SQLException {
        return number(connection, "select pg_backend_pid()");
    }

    private Pool pool(Consumer<Settings> configure) {
        Pool pool = Pool.of(settings -> configure.accept(
                settings.name("trips").url("jdbc:postgresql://localhost:" + server.port() + "/" + database)));
        pools.add(pool);
        return canary.watch(pool);
    }

    private static void asUser(Settings settings) {
        settings.user(USER).password(Canary.PASSWORD);
    }

    // F12
    @Test
    void leave_the_pool_to_work_with_the_connections_that_it_has() throws Exception {
        Pool pool = pool(settings -> {
            asUser(settings);
            settings.size(20).timeout(PATIENCE).diagnosticConnection(false);
        });
        AtomicInteger done = new AtomicInteger();

        List<Caller<Integer>> callers = IntStream.range(0, 40)
                .mapToObj(i -> Caller.start("caller " + i, () -> {
                    try (Connection connection = pool.getConnection()) {
                        Sql.text(connection, "select pg_sleep(0.05)"); // so that all are wanted at once
                        return done.incrementAndGet();
                    }
                }))
                .toList();

        for (Caller<Integer> caller : callers) {
            Await.until(caller::isDone, PATIENCE, () -> pool.snapshot().toString());
            assertThat(caller.result()).isPositive();
        }
        PoolSnapshot now = pool.snapshot();
        assertThat(now.checkedOut() + now.idle()).isBetween(1, FOR_USERS);
        assertThat(now.timeouts()).isZero();
    }

    // F12, F13
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    alter role limited connection limit 2 | too many connections for role "limited"
                    alter database limits_1 connection limit 2 | too many connections for database "limits_1"
                    select 1 | remaining connection slots are reserved
                    """)
    void are_told_with_the_servers_own_words_for_which_it_is(String limit, String words) throws Exception {
        run(limit);
        Pool pool = pool(settings -> {
            asUser(settings);
            settings.size(20).timeout(ofSeconds(1)).diagnosticConnection(false);
        });
        List<Checkout> lent = allThatThereAre(pool);

        PoolTimeoutException error = canary.thrown(
                catchThrowableOfType(PoolTimeoutException.class, () -> pool.checkOut("late", ofMillis(500))));

        assertThat(error.explanation().diagnoses())
                .anySatisfy(diagnosis -> assertThat(diagnosis)
                        .isInstanceOfSatisfying(NotConnected.ServerFull.class, full -> {
                            assertThat(full.connects().open()).isEqualTo(lent.size());
                            assertThat(full.connects().lastFailure()).contains("53300");
                        }));
        assertThat(Objects.requireNonNull(((Throwable) error).getCause()).getMessage())
                .contains(words);
        lent.forEach(Checkout::close);
        pool.checkOut("next").close();
    }

    /// Checks out until the server gives no more.
    private static List<Checkout> allThatThereAre(Pool pool) throws SQLException {
        List<Checkout> lent = new ArrayList<>();
        while (true) {
            try {
                lent.add(pool.checkOut("holder"));
            } catch (PoolTimeoutException e) { // or the machine is slow
                if (e.explanation().diagnoses().stream().anyMatch(NotConnected.ServerFull.class::isInstance)) {
                    return lent;
                }
            }
        }
    }

    // F14
    @Test
    void that_a_changed_password_is_one_of_is_over_once_the_supplier_gives_the_new_one() throws Exception {
        Path file = Path.of(text("show hba_file"));
        String trusting = Files.readString(file);
        AtomicReference<String> password = new AtomicReference<>(Canary.PASSWORD);
        AtomicInteger asked = new AtomicInteger();
        try {
            load(file, "host all " + USER + " all scram-sha-256\n" + trusting, true);
            Pool pool = pool(settings -> settings.size(5)
                    .timeout(PATIENCE)
                    .diagnosticConnection(false)
                    .credentials(() -> {
                        asked.incrementAndGet();
                        return new Credentials(USER, password.get());
                    }));
            pool.getConnection().close();
            run("alter role " + USER + " password 'another " + Canary.PASSWORD + "'");
            pool.invalidate();
            Await.until(() -> sessions() == 0, () -> "what was open is closed");
            asked.set(0);

            List<Caller<Connection>> callers = IntStream.range(0, 100)
                    .mapToObj(i -> Caller.<Connection>start("caller " + i, pool::getConnection))
                    .toList();

            for (Caller<Connection> caller : callers) {
                Await.until(caller::isDone, PATIENCE, () -> pool.snapshot().toString());
                assertThat(canary.thrown(caller.failure()))
                        .isInstanceOfSatisfying(
                                ConnectFailedException.class,
                                error -> assertThat(error.getSQLState()).isEqualTo("28P01"));
            }
            assertThat(asked).hasValueLessThan(100); // no login for each
            password.set("another " + Canary.PASSWORD);
            Await.until(() -> isServed(pool), PATIENCE, () -> pool.snapshot().toString());
        } finally {
            load(file, trusting, false);
        }
    }

    private boolean isServed(Pool pool) {
        try (Connection connection = pool.getConnection()) {
            return pid(connection) > 0;
        } catch (SQLException e) {
            canary.thrown(e);
            return false;
        }
    }

    private static String text(String sql) throws SQLException {
        try (Connection connection = server.dataSource("postgres").getConnection()) {
            return Sql.text(connection, sql);
        }
    }

    private static void load(Path file, String rules, boolean strict) throws Exception {
        Files.writeString(file, rules);
        run("select pg_reload_conf()");
        Await.until(() -> isLoaded(strict), () -> "the rules are read");
    }

    /// The server reads its rules when it is told to, a moment later.
    private static boolean isLoaded(boolean strict) {
        try (Connection connection = DriverManager.getConnection(
                "jdbc:postgresql://localhost:" + server.port() + "/" + database, USER, "none of all")) {
            return !strict && connection.isValid(0);
        } catch (SQLException e) {
            return strict && "28P01".equals(e.getSQLState());
        }
    }

    // F16
    @Test
    void that_end_an_idle_transaction_cost_its_connection_and_no_other_borrower_sees_it() throws Exception {
        run("alter role " + USER + " set idle_in_transaction_session_timeout = '200ms'");
        Pool pool = pool(settings -> {
            asUser(settings);
            settings.size(1);
        });
        Checkout idle = pool.checkOut("GET /holds");
        idle.connection().setAutoCommit(false);
        int pid = pid(idle.connection());
        Await.until(() -> sessions() == 0, PATIENCE, () -> "the server ends the session");

        Throwable error = catchThrowable(() -> pid(idle.connection()));

        assertThat(canary.thrown(error))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isIn("25P03", "08006"));
        idle.close();
        try (Connection connection = pool.getConnection()) {
            assertThat(pid(connection)).isNotEqualTo(pid);
        }
    }

    // F17
    @Test
    void of_a_statements_time_leave_its_connection_in_the_pool() throws Exception {
        run("alter role " + USER + " set statement_timeout = '100ms'");
        Pool pool = pool(settings -> {
            asUser(settings);
            settings.size(1);
        });
        Checkout slow = pool.checkOut("report");
        int pid = pid(slow.connection());

        Throwable error = catchThrowable(() -> Sql.text(slow.connection(), "select pg_sleep(600)"));

        assertThat(canary.thrown(error))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57014"));
        slow.close();
        try (Connection connection = pool.getConnection()) {
            assertThat(pid(connection)).isEqualTo(pid);
        }
    }
}
