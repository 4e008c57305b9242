package dev.aludel.pool;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.aludel.testkit.Caller;
import dev.aludel.testkit.NetworkFault;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Something between a pool and a real PostgreSQL has forgotten a connection: both ends take it for open, and nothing
/// arrives any more.
@DisplayNameGeneration(ReplaceUnderscores.class)
class AHalfOpenConnectionTest {
    @RegisterExtension
    final ProxiedPostgres postgres = new ProxiedPostgres();

    /// Builds a pool whose driver waits for a second to send a cancel, in place of ten.
    private Pool pool(Consumer<Settings> configure) {
        return postgres.pool(postgres.url(), configure);
    }

    private static Duration since(long began) {
        return Duration.ofNanos(System.nanoTime() - began);
    }

    // F04

    @Test
    void is_bounded_by_default() throws Exception {
        Pool pool = postgres.pool(settings -> settings.size(1));

        try (Connection connection = pool.getConnection()) {
            assertThat(connection.getNetworkTimeout()).isEqualTo(60_000);
        }
    }

    @Test
    void while_a_query_runs_frees_its_caller_and_is_not_lent_again() throws Exception {
        Pool pool =
                pool(settings -> settings.size(1).statementTimeout(ofSeconds(1)).socketTimeout(ofMillis(1_500)));
        Connection connection = pool.getConnection();
        String backend = ProxiedPostgres.ask(connection, "select pg_backend_pid()");
        Caller<String> caller =
                Caller.start("caller", () -> ProxiedPostgres.ask(connection, "select 'f04' from pg_sleep(60)"));
        postgres.awaitRunning("f04", 1);
        postgres.proxy.strike(NetworkFault.BLACKHOLE); // the cancel goes nowhere either

        assertThat(postgres.canary.thrown(caller.failure()))
                .isInstanceOfSatisfying(
                        SQLException.class,
                        error -> assertThat(error.getSQLState()).startsWith("08"));
        connection.close();
        postgres.proxy.strikeNew(NetworkFault.NONE);

        assertThat(ProxiedPostgres.backend(pool)).isNotEqualTo(backend);
        assertThat(pool.snapshot().checkedOut()).isZero();
    }

    @Test
    void while_a_query_runs_does_not_keep_its_deadline_from_being_kept_on_the_server() throws Exception {
        Pool pool =
                pool(settings -> settings.size(1).statementTimeout(ofSeconds(1)).socketTimeout(ofSeconds(4)));
        try (Connection connection = pool.getConnection()) {
            Caller<String> caller =
                    Caller.start("caller", () -> ProxiedPostgres.ask(connection, "select 'f04' from pg_sleep(60)"));
            postgres.awaitRunning("f04", 1);

            postgres.proxy.strikeOpen(NetworkFault.BLACKHOLE); // the cancel is a connection of its own

            postgres.awaitRunning("f04", 0);
            assertThat(postgres.proxy.cancels()).isEqualTo(1);
            assertThat(postgres.canary.thrown(caller.failure())).isInstanceOf(SQLException.class);
        }
    }

    @Test
    void while_a_query_runs_is_told_to_who_waits_as_time_in_the_database() throws Exception {
        Pool pool =
                pool(settings -> settings.size(1).statementTimeout(ofSeconds(3)).socketTimeout(ofSeconds(4)));
        Connection connection = pool.getConnection();
        Caller<String> caller =
                Caller.start("caller", () -> ProxiedPostgres.ask(connection, "select 'f04' from pg_sleep(60)"));
        postgres.awaitRunning("f04", 1);
        postgres.proxy.strike(NetworkFault.BLACKHOLE);

        PoolTimeoutException error = (PoolTimeoutException)
                postgres.canary.thrown(catchThrowable(() -> pool.checkOut("waiter", ofMillis(400))));

        assertThat(error.explanation().diagnoses())
                .singleElement()
                .isInstanceOfSatisfying(
                        Diagnosis.InDatabase.class,
                        found -> assertThat(found.notSeen()).isNotEmpty());
        assertThat(postgres.canary.thrown(caller.failure())).isInstanceOf(SQLException.class);
        connection.close();
    }

    @Test
    void while_a_query_runs_does_not_keep_the_pool_from_closing() throws Exception {
        Pool pool = pool(settings -> settings.size(1));
        Connection connection = pool.getConnection();
        Caller<String> caller =
                Caller.start("caller", () -> ProxiedPostgres.ask(connection, "select 'f04' from pg_sleep(60)"));
        postgres.awaitRunning("f04", 1);
        postgres.proxy.strike(NetworkFault.BLACKHOLE);
        long began = System.nanoTime();

        pool.close(ofMillis(500));

        assertThat(since(began)).isLessThan(ofSeconds(30)); // the statement's own deadline
        assertThat(postgres.canary.thrown(caller.failure())).isInstanceOf(SQLException.class);
        connection.close();
    }

    // F05

    @Test
    void while_idle_is_replaced_or_passed_over_and_its_caller_sees_nothing() throws Exception {
        Pool pool = postgres.pool(settings -> settings.size(2).prePing(true));
        Checkout forgotten = pool.checkOut("forgotten");
        String backend = ProxiedPostgres.ask(forgotten.connection(), "select pg_backend_pid()");
        postgres.proxy.strikeOpen(NetworkFault.BLACKHOLE);
        try (Checkout well = pool.checkOut("well")) {
            forgotten.close();
            assertThat(ProxiedPostgres.ask(well.connection(), "select 'well'")).isEqualTo("well");
        }

        assertThat(ProxiedPostgres.backend(pool)).isNotEqualTo(backend);

        Pools.awaitSnapshot(pool, snapshot -> snapshot.connecting() == 0);
        for (Checkout checkout : Pools.checkOut(pool, 2)) {
            assertThat(ProxiedPostgres.ask(checkout.connection(), "select pg_backend_pid()"))
                    .isNotEqualTo(backend);
            checkout.close();
        }
    }

    // F06

    @Test
    void is_checked_for_one_caller_twice_at_most_though_all_twenty_idle_ones_are_forgotten() throws Exception {
        Pool pool = postgres.pool(settings -> settings.size(20).prePing(true));
        Pools.checkOut(pool, 20).forEach(Checkout::close);
        postgres.proxy.strikeOpen(NetworkFault.BLACKHOLE);

        assertThat(ProxiedPostgres.backend(pool)).isNotEmpty();

        assertThat(lines("Pool pre-ping on")).isBetween(1L, 2L);
        Await.until(
                () -> visit(pool) && postgres.proxy.open() == postgres.proxy.connections() - 20,
                () -> postgres.proxy.toString());
        assertThat(lines("is dead, found at checkout"))
                .as("the others were closed together, without a check")
                .isLessThan(20);
        assertThat(lines("gave no answer, as if what lies between had forgotten them"))
                .isPositive();
    }

    private long lines(String words) {
        return postgres.canary.lines().stream()
                .filter(line -> line.contains(words))
                .count();
    }

    private static boolean visit(Pool pool) {
        try {
            Pools.checkOut(pool, 2).forEach(Checkout::close);
            return true;
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
