package dev.aludel.pool;

import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.aludel.servers.PgBouncer;
import dev.aludel.servers.Postgres;
import dev.aludel.testkit.Caller;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A pool whose connections lead to a PgBouncer, which has one connection to the server and gives it to
/// one transaction after the other.
@DisplayNameGeneration(ReplaceUnderscores.class)
class BehindPgBouncerTest {
    private static final Duration PATIENCE = ofMinutes(2);
    private static String database = "";

    @RegisterExtension
    final Canary canary = new Canary();

    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeAll
    static void makesADatabase() {
        database = Postgres.shared().createDatabase("pooled");
    }

    @AfterEach
    void ends() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    private PgBouncer bouncer(Map<String, String> settings) {
        Optional<PgBouncer> started = PgBouncer.start(Postgres.shared().port(), settings);
        assumeThat(started).isPresent();
        open.add(started.get());
        return started.get();
    }

    private Pool pool(PgBouncer bouncer, Consumer<Settings> configure) {
        Pool pool = Pool.of(settings -> configure.accept(settings.url(bouncer.jdbcUrl(database))
                .password(Canary.PASSWORD)
                .name("trips")
                .prePing(true)
                .timeout(PATIENCE)));
        open.add(() -> pool.close(Duration.ZERO));
        return canary.watch(pool);
    }

    private static int one(Connection connection) throws SQLException {
        return Integer.parseInt(Canary.ask(connection, "select 1"));
    }

    // F22
    @Test
    void a_restart_costs_no_borrower_who_comes_later_anything() throws Exception {
        PgBouncer bouncer = bouncer(Map.of());
        Pool pool = pool(bouncer, settings -> settings.size(3));
        Pools.checkOut(pool, 3).forEach(Checkout::close);

        bouncer.restart();

        for (Checkout each : Pools.checkOut(pool, 3)) {
            assertThat(one(each.connection())).isOne();
            each.close();
        }
    }

    // F22
    @Test
    void a_restart_costs_who_has_a_connection_its_next_statement() throws Exception {
        PgBouncer bouncer = bouncer(Map.of());
        Pool pool = pool(bouncer, settings -> settings.size(1));
        Checkout lent = pool.checkOut("GET /trips");
        Caller<Integer> waiter = Caller.start("waiter", () -> {
            try (Connection connection = pool.getConnection()) {
                return one(connection);
            }
        });

        bouncer.restart();

        assertThat(catchThrowable(() -> one(lent.connection())))
                .isInstanceOfSatisfying(
                        SQLException.class,
                        error -> assertThat(error.getSQLState()).startsWith("08"));
        lent.close();
        Await.until(waiter::isDone, PATIENCE, () -> pool.snapshot().toString());
        assertThat(waiter.result()).isOne();
    }

    // F23
    @Test
    void transactions_of_many_borrowers_are_served_over_one_connection_of_the_server() throws Exception {
        Pool pool = pool(bouncer(Map.of()), settings -> settings.size(5));

        List<Caller<Integer>> callers = IntStream.range(0, 50)
                .mapToObj(i -> Caller.start("caller " + i, () -> {
                    try (Connection connection = pool.getConnection()) {
                        connection.setAutoCommit(false);
                        int sum = one(connection) + one(connection);
                        connection.commit();
                        return sum;
                    }
                }))
                .toList();

        for (Caller<Integer> caller : callers) {
            Await.until(caller::isDone, PATIENCE, () -> pool.snapshot().toString());
            assertThat(caller.result()).isEqualTo(2);
        }
    }

    // F23
    @Test
    void a_pool_that_keeps_nothing_goes_well_with_one_that_does() throws Exception {
        PgBouncer bouncer = bouncer(Map.of());
        Pool pool = pool(bouncer, settings -> settings.kind(PoolKind.NULL));

        for (int i = 0; i < 3; i++) {
            try (Connection connection = pool.getConnection()) {
                assertThat(one(connection)).isOne();
            }
        }
    }

    // F24
    @Test
    void a_client_that_it_throws_out_of_its_queue_loses_its_connection_and_the_next_does_not_see_it() throws Exception {
        Pool pool = pool(
                bouncer(Map.of("query_wait_timeout", "3")),
                settings -> settings.size(2).prePing(false));
        Checkout holder = pool.checkOut("holder");
        Checkout queued = pool.checkOut("queued");
        holder.connection().setAutoCommit(false);
        one(holder.connection());

        Throwable error = catchThrowable(() -> one(queued.connection()));

        assertThat(error)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).startsWith("08"));
        queued.close();
        holder.close();
        for (Checkout each : Pools.checkOut(pool, 2)) {
            assertThat(one(each.connection())).isOne();
            each.close();
        }
    }
}
