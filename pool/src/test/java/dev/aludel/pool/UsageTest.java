package dev.aludel.pool;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.aludel.testkit.Backend;
import dev.aludel.testkit.Caller;
import dev.aludel.testkit.VirtualClock;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
class UsageTest {
    @RegisterExtension
    final Pools pools = new Pools();

    @RegisterExtension
    final Pools late = new Pools(new VirtualClock(Long.MAX_VALUE - ofSeconds(5).toNanos()));

    /// Runs a statement that takes so long, on a thread of its own while this one moves the clock.
    private static void run(Pools pools, Checkout lent, Duration time) {
        pools.database.next("execute").takes(time, pools.clock);
        Caller<Boolean> running = Caller.start("running", () -> {
            try (Statement statement = lent.connection().createStatement()) {
                return statement.execute("select 1");
            }
        });
        pools.clock.awaitParked(running.thread());
        pools.clock.advance(time);
        running.result();
    }

    private static Usage only(Pool pool, String label) {
        List<Usage> rows =
                pool.usage().stream().filter(row -> label.equals(row.label())).toList();
        assertThat(rows).as("usage of " + label).hasSize(1);
        return rows.getFirst();
    }

    private static Duration held(Usage usage) {
        return usage.inSql().plus(usage.outsideSql());
    }

    @Test
    void of_an_unused_pool_is_empty() {
        assertThat(pools.pool(settings -> {}).usage()).isEmpty();
    }

    @Test
    void tells_time_in_sql_from_time_outside() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(8));
        Checkout lent = pool.checkOut("GET /trips");
        pools.clock.advance(ofMillis(500));
        run(pools, lent, ofMillis(30));
        pools.clock.advance(ofMillis(70));
        lent.close();

        assertThat(only(pool, "GET /trips"))
                .extracting(Usage::checkouts, Usage::inSql, Usage::outsideSql, Usage::resetting)
                .containsExactly(1L, ofMillis(30), ofMillis(570), ZERO);
    }

    // F43
    @Test
    void of_a_loan_after_an_unwrap_is_known_to_be_neither_in_sql_nor_outside() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(8));
        Checkout lent = pool.checkOut("GET /trips");
        run(pools, lent, ofMillis(30));
        pools.clock.advance(ofMillis(20));
        lent.connection().unwrap(Backend.class);
        run(pools, lent, ofMillis(40));
        pools.clock.advance(ofMillis(60));
        assertThat(only(pool, "GET /trips").unseen()).isEqualTo(ofMillis(100));
        lent.close();

        assertThat(only(pool, "GET /trips"))
                .extracting(Usage::checkouts, Usage::inSql, Usage::outsideSql, Usage::unseen)
                .containsExactly(1L, ofMillis(30), ofMillis(20), ofMillis(100));
    }

    @Test
    void sums_up_over_loans_and_windows() throws Exception {
        Pool pool =
                pools.pool(settings -> settings.size(8).timeout(ofSeconds(1)).prePing(false));
        pool.checkOut("warm up").close();
        for (int i = 0; i < 40; i++) {
            Checkout lent = pool.checkOut("job");
            pools.clock.advance(ofMillis(37));
            run(pools, lent, ofMillis(11).plusNanos(i));
            lent.close();
            pools.clock.advance(ofMillis(5));
        }

        Usage job = only(pool, "job");
        assertThat(job.checkouts()).isEqualTo(40);
        assertThat(job.inSql()).isEqualTo(ofMillis(11 * 40).plusNanos(39 * 40 / 2));
        assertThat(job.outsideSql()).isEqualTo(ofMillis(37 * 40));
    }

    @Test
    void keeps_loans_that_last_longer_than_all_windows_together() throws Exception {
        Pool pool = pools.pool(settings ->
                settings.size(8).timeout(ofSeconds(1)).socketTimeout(ZERO).statementTimeout(ZERO));
        Checkout lent = pool.checkOut("report");
        pools.clock.advance(Duration.ofDays(3));
        run(pools, lent, Duration.ofHours(5));
        lent.close();

        assertThat(only(pool, "report"))
                .extracting(Usage::inSql, Usage::outsideSql)
                .containsExactly(Duration.ofHours(5), Duration.ofDays(3));
    }

    @Test
    void includes_what_is_lent_now() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(8));
        Checkout lent = pool.checkOut("open");
        run(pools, lent, ofMillis(20));
        pools.clock.advance(ofMillis(80));

        assertThat(only(pool, "open"))
                .extracting(Usage::checkouts, Usage::inSql, Usage::outsideSql)
                .containsExactly(0L, ofMillis(20), ofMillis(80));
    }

    @Test
    void includes_the_statement_that_runs_now() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(8));
        Checkout lent = pool.checkOut("open");
        var running = pools.database.next("execute").hangs();
        Caller<Boolean> caller = Caller.start("running", () -> {
            try (Statement statement = lent.connection().createStatement()) {
                return statement.execute("select 1");
            }
        });
        running.awaitHanging(1);
        pools.clock.advance(ofSeconds(7));

        assertThat(only(pool, "open"))
                .extracting(Usage::inSql, Usage::outsideSql)
                .containsExactly(ofSeconds(7), ZERO);
        running.open();
        caller.result();
    }

    @Test
    void goes_on_where_nanoseconds_wrap_around() throws Exception {
        Pool pool = late.pool(settings -> settings.size(8).timeout(ofSeconds(1)));
        Checkout lent = pool.checkOut("job");
        late.clock.advance(ofSeconds(4));
        run(late, lent, ofSeconds(2));
        late.clock.advance(ofSeconds(3));
        lent.close();

        assertThat(only(pool, "job"))
                .extracting(Usage::inSql, Usage::outsideSql)
                .containsExactly(ofSeconds(2), ofSeconds(7));
    }

    @Test
    void charges_connecting_to_who_asked() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        pools.database.next("connect").takes(ofMillis(40), pools.clock);
        Caller<Checkout> caller = pools.waiting("slow", pool);
        Await.until(() -> pools.clock.parked() == 3, pools.clock::toString); // caller, watchdog, connect
        pools.clock.advance(ofMillis(40));
        caller.result().close();

        assertThat(only(pool, "slow")).extracting(Usage::connecting).isEqualTo(ofMillis(40));
        assertThat(held(only(pool, "slow"))).isZero();
    }

    @Test
    void charges_what_check_in_takes() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(8));
        Checkout lent = pool.checkOut("careless");
        lent.connection().setAutoCommit(false);
        run(pools, lent, ofMillis(10));
        pools.database.next("rollback").takes(ofMillis(25), pools.clock);
        Caller<Boolean> closing = Caller.start("closing", () -> {
            lent.close();
            return true;
        });
        pools.clock.awaitParked(closing.thread());
        pools.clock.advance(ofMillis(25));
        closing.result();

        assertThat(only(pool, "careless"))
                .extracting(Usage::inSql, Usage::outsideSql, Usage::resetting)
                .containsExactly(ofMillis(10), ZERO, ofMillis(25));
    }

    @Test
    void keeps_labels_apart() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(8));
        for (String label : List.of("a", "b", "c")) {
            Checkout lent = pool.checkOut(label);
            pools.clock.advance(ofMillis(label.charAt(0)));
            lent.close();
        }

        assertThat(pool.usage())
                .extracting(Usage::label, Usage::outsideSql)
                .contains(tuple("b", ofMillis('b')), tuple("c", ofMillis('c')));
    }

    @Test
    void names_the_line_when_connections_are_about_to_run_out() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(4).prePing(false));
        Pools.checkOut(pool, 4).forEach(Checkout::close);
        Pools.checkOut(pool, 3);

        Checkout last = pool.checkOut("last"); // the line that is named
        pools.clock.advance(ofMillis(10));

        assertThat(only(pool, "last").site())
                .matches("UsageTest\\.names_the_line_when_connections_are_about_to_run_out\\(UsageTest\\.java:\\d+\\)");
        last.close();
    }

    @Test
    void takes_the_label_from_a_supplier_when_none_is_given() throws Exception {
        AtomicReference<String> route = new AtomicReference<>("GET /trips");
        Pool pool = pools.pool(settings -> settings.size(8).label(route::get));
        Checkout ambient = pool.checkOut(null);
        Checkout given = pool.checkOut("job");
        var plain = pool.getConnection().unwrap(Checkout.class);

        assertThat(List.of(ambient, given, plain))
                .extracting(Checkout::label)
                .containsExactly("GET /trips", "job", "GET /trips");
    }

    @Test
    void of_a_supplier_that_throws_costs_no_connection() throws SQLException {
        Pool pool = pools.pool(settings -> settings.size(1).label(() -> {
            throw new IllegalStateException("no request");
        }));

        assertThatThrownBy(() -> pool.checkOut(null)).isInstanceOf(IllegalStateException.class);

        assertThat(pool.checkOut("given").label()).isEqualTo("given");
    }

    @Test
    void of_labels_without_number_is_gathered_under_others() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(8).prePing(false));
        pool.checkOut("warm up").close();
        int loans = 3 * Accounts.LIMIT;
        for (int i = 0; i < loans; i++) {
            Checkout lent = pool.checkOut("trip " + i);
            pools.clock.advance(ofNanos(1_000));
            lent.close();
        }

        List<Usage> rows = pool.usage();
        assertThat(rows).hasSizeLessThanOrEqualTo(Accounts.LIMIT);
        assertThat(rows.stream().mapToLong(Usage::checkouts).sum()).isEqualTo(loans + 1L);
        assertThat(rows.stream().map(UsageTest::held).reduce(ZERO, Duration::plus))
                .isEqualTo(ofNanos(1_000L * loans));
        assertThat(only(pool, "others").checkouts()).isGreaterThan(2 * Accounts.LIMIT);
    }

    @Test
    void shares_out_every_connection_second_whoever_was_many() throws Exception {
        Pool pool =
                pools.pool(settings -> settings.size(3).timeout(ofMillis(640)).prePing(false));
        for (int round = 0; round < 50; round++) {
            List<Checkout> lent = Pools.checkOut(pool, 3);
            pools.clock.advance(ofMillis(7));
            lent.forEach(Checkout::close);
        }

        Duration sum = pool.usage().stream().map(UsageTest::held).reduce(ZERO, Duration::plus);
        assertThat(sum).isEqualTo(ofMillis(3 * 50 * 7));
    }
}
