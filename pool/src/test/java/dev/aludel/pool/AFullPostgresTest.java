package dev.aludel.pool;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aludel.pool.ConnectionLimit.Scope;
import dev.aludel.servers.Postgres;
import dev.aludel.testkit.Caller;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A PostgreSQL that has no connection left: what a pool says of it, and how two share it. (F12, F13)
@DisplayNameGeneration(ReplaceUnderscores.class)
class AFullPostgresTest {
    private static final String USER = "crowded";
    private static final String OTHER = "others";
    private static final int MOST = 10;
    private static final int RESERVED = 3;
    private static final Duration PATIENCE = ofMinutes(2);

    private static Postgres server = Postgres.shared();
    private static String database = "";

    @RegisterExtension
    final Canary canary = new Canary();

    private final List<Pool> pools = new ArrayList<>();
    private final List<Connection> others = new ArrayList<>();

    @BeforeAll
    static void starts() throws SQLException {
        server = Postgres.start(MOST);
        database = server.createDatabase("crowd");
        run("create role " + USER + " login password '" + Canary.PASSWORD + "'");
        run("create role " + OTHER + " login");
    }

    @AfterAll
    static void stops() {
        server.close();
    }

    @AfterEach
    void ends() throws SQLException {
        pools.forEach(pool -> pool.close(Duration.ZERO));
        for (Connection other : others) {
            other.close();
        }
        run("alter role " + USER + " connection limit -1");
        run("alter database " + database + " connection limit -1");
        Await.until(() -> sessions() == 0, () -> sessions() + " sessions are left");
    }

    private static void run(String sql) throws SQLException {
        try (Connection connection = server.dataSource("postgres").getConnection()) {
            Sql.run(connection, sql);
        }
    }

    private static int sessions() {
        try (Connection connection = server.dataSource("postgres").getConnection()) {
            return Integer.parseInt(Sql.text(
                    connection,
                    "select count(*) from pg_stat_activity where usename in ('" + USER + "', '" + OTHER + "')"));
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static String url() {
        return "jdbc:postgresql://localhost:" + server.port() + "/" + database;
    }

    private Pool pool(String name, Consumer<Settings> configure) {
        Pool pool = Pool.of(settings ->
                configure.accept(settings.name(name).url(url()).user(USER).password(Canary.PASSWORD)));
        pools.add(pool);
        return canary.watch(pool);
    }

    /// Another application takes so many.
    private void billingTakes(int count, String user) throws SQLException {
        for (int i = 0; i < count; i++) {
            others.add(DriverManager.getConnection(url() + "?ApplicationName=billing", user, ""));
        }
    }

    private static NotConnected.ServerFull full(Explanation explanation) {
        return explanation.diagnoses().stream()
                .filter(NotConnected.ServerFull.class::isInstance)
                .map(NotConnected.ServerFull.class::cast)
                .findFirst()
                .orElseThrow(() -> new AssertionError(explanation.text()));
    }

    /// Checks out until the server gives no more.
    private Deque<Checkout> allThatThereAre(Pool pool) throws SQLException {
        Deque<Checkout> lent = new ArrayDeque<>();
        while (true) {
            try {
                lent.add(using(pool.checkOut("holder", ofSeconds(1))));
            } catch (PoolTimeoutException e) { // or the machine is slow
                canary.thrown(e);
                if (e.explanation().diagnoses().stream().anyMatch(NotConnected.ServerFull.class::isInstance)) {
                    return lent;
                }
            }
        }
    }

    /// Has the server be given a bind and a literal over it.
    private static Checkout using(Checkout checkout) throws SQLException {
        Canary.ask(checkout.connection(), "select 1");
        return checkout;
    }

    private PoolTimeoutException late(Pool pool) {
        return canary.thrown(
                catchThrowableOfType(PoolTimeoutException.class, () -> pool.checkOut("late", ofMillis(500))));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            alter role crowded connection limit 4       | 2 | USER     | 4  | the user crowded has as many connections as it may have, 4 (billing 2, this pool 2
            alter database crowd_1 connection limit 5   | 2 | DATABASE | 5  | the database crowd_1 has as many connections as it may have, 5 (billing 2, this pool 3
            select 1                                    | 4 | SERVER   | 10 | the server has as many connections as it may have, 10, of which 3 are reserved (billing 4,
            """)
    void is_quoted_with_its_limit_and_who_has_the_connections_once_one_came_back(
            String sql, int billing, Scope scope, int limit, String words) throws Exception {
        run(sql);
        billingTakes(billing, scope == Scope.USER ? USER : OTHER);
        Pool pool = pool("trips", settings -> settings.size(20));
        Deque<Checkout> lent = allThatThereAre(pool);
        assertThat(full(late(pool).explanation()).occupancy().gap())
                .isEqualTo("no connection came back to ask it over");

        Caller<Checkout> next = Caller.start("next", () -> pool.checkOut("next", PATIENCE));
        Await.until(() -> pool.snapshot().waiting() == 1, () -> pool.snapshot().toString());
        lent.removeFirst().close();
        Await.until(next::isDone, PATIENCE, () -> pool.snapshot().toString());
        lent.add(next.result());
        PoolTimeoutException error = late(pool);

        Occupancy seen = full(error.explanation()).occupancy();
        assertThat(seen.limit()).isNotNull().satisfies(it -> {
            assertThat(it.scope()).isEqualTo(scope);
            assertThat(it.limit()).isEqualTo(limit);
            assertThat(it.reserved()).isEqualTo(scope == Scope.SERVER ? RESERVED : 0);
        });
        assertThat(seen.others())
                .contains(new Occupancy.Share("billing", billing)); // and who set this up, a moment ago
        assertThat(seen.ours()).isEqualTo(lent.size());
        assertThat(seen.gap()).isNull();
        assertThat(error.getMessage())
                .contains(words, "raise the " + scope.name().toLowerCase(Locale.ROOT));
        lent.forEach(Checkout::close);
    }

    @Test
    void leaves_nothing_on_the_connection_over_which_it_was_looked_at() throws Exception {
        run("alter role " + USER + " connection limit 2");
        Pool pool = pool("trips", settings -> settings.size(5).timeout(PATIENCE));
        Deque<Checkout> lent = allThatThereAre(pool);
        int networkTimeout = lent.getFirst().connection().getNetworkTimeout();
        String pid = Canary.ask(lent.getFirst().connection(), "select pg_backend_pid()");
        Caller<Checkout> next = Caller.start("next", () -> pool.checkOut("next", PATIENCE));
        Await.until(() -> pool.snapshot().waiting() == 1, () -> pool.snapshot().toString());

        lent.removeFirst().close();

        Await.until(next::isDone, PATIENCE, () -> pool.snapshot().toString());
        try (Checkout checkout = next.result();
                Connection connection = checkout.connection()) {
            assertThat(full(pool.explain()).occupancy().limit())
                    .as("it was looked at")
                    .isNotNull();
            assertThat(Canary.ask(connection, "select pg_backend_pid()")).isEqualTo(pid);
            assertThat(connection.getNetworkTimeout()).isEqualTo(networkTimeout).isNotEqualTo(2_000);
            assertThat(connection.getAutoCommit()).isTrue();
            assertThat(Canary.ask(connection, "select state from pg_stat_activity where pid = " + pid))
                    .isEqualTo("active");
            assertThat(Sql.text(connection, "select count(*) from pg_prepared_statements"))
                    .isEqualTo("0");
        }
        lent.forEach(Checkout::close);
    }

    @Test
    void is_looked_at_over_an_idle_connection_if_there_is_one() throws Exception {
        run("alter role " + USER + " connection limit 3");
        billingTakes(1, USER);
        Pool pool = pool("trips", settings -> settings.size(5).minIdle(4));

        Await.until(() -> seen(pool).limit() != null, () -> pool.explain().text());

        assertThat(seen(pool).others()).containsExactly(new Occupancy.Share("billing", 1));
        assertThat(seen(pool).ours()).isBetween(1, 2);
    }

    private static Occupancy seen(Pool pool) {
        return pool.explain().diagnoses().getFirst() instanceof NotConnected.ServerFull full
                ? full.occupancy()
                : Occupancy.unseen("it is not full");
    }

    @Test
    void is_not_looked_at_where_that_is_turned_off() throws Exception {
        run("alter role " + USER + " connection limit 2");
        Pool pool = pool("trips", settings -> settings.size(5).diagnosticConnection(false));
        Deque<Checkout> lent = allThatThereAre(pool);
        Caller<Checkout> next = Caller.start("next", () -> pool.checkOut("next", PATIENCE));
        Await.until(() -> pool.snapshot().waiting() == 1, () -> pool.snapshot().toString());
        lent.removeFirst().close();
        Await.until(next::isDone, PATIENCE, () -> pool.snapshot().toString());

        assertThat(full(late(pool).explanation()).occupancy())
                .isEqualTo(Occupancy.unseen("diagnosticConnection is off"));

        next.result().close();
        lent.forEach(Checkout::close);
    }

    @Test
    void is_said_not_to_be_seen_by_a_pool_that_has_nothing() throws Exception {
        run("alter role " + USER + " connection limit 1");
        Pool first = pool("first", settings -> settings.size(1));
        first.getConnection().close();
        Pool pool = pool("trips", settings -> settings.size(5));

        Throwable error = canary.thrown(catchThrowable(pool::getConnection));

        assertThat(error).isInstanceOf(ConnectFailedException.class).hasMessageContaining("no connection left");
        assertThat(full(pool.explain()).occupancy().gap()).isEqualTo("this pool has no connection to ask it over");
    }

    @Test
    void goes_to_whichever_of_two_pools_has_more_to_do() throws Exception {
        Pool first = pool("first", settings -> settings.size(MOST).timeout(PATIENCE));
        Pool second = pool("second", settings -> settings.size(MOST).timeout(PATIENCE));
        for (int turn = 0; turn < 4; turn++) {
            Deque<Checkout> most = allThatThereAre(first);
            assertThat(most).hasSizeGreaterThanOrEqualTo(turn == 0 ? MOST - RESERVED : 1);
            most.forEach(Checkout::close);
            Pool other = second;
            Await.until(
                    () -> isGivenHalf(other), PATIENCE, () -> other.snapshot().toString());
            second = first;
            first = other;
        }
    }

    /// Returns whether a pool gets half of the connections at once.
    private static boolean isGivenHalf(Pool pool) {
        List<Checkout> lent = new ArrayList<>();
        try {
            for (int i = 0; i < (MOST - RESERVED) / 2; i++) {
                lent.add(pool.checkOut("half", ofSeconds(1)));
            }
            return true;
        } catch (SQLException e) { // not yet
            return false;
        } finally {
            lent.forEach(Checkout::close);
        }
    }
}
