package dev.aludel.pool;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import dev.aludel.testkit.Caller;
import dev.aludel.testkit.Gate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ExplanationTest {
    @RegisterExtension
    final Pools pools = new Pools();

    private Pool pool(int size) {
        return pool(settings -> settings.size(size));
    }

    private Pool pool(Consumer<Settings> configure) {
        return pools.pool(settings -> configure.accept(settings.name("trips")
                .timeout(ofSeconds(10))
                .connectTimeout(ofSeconds(60))
                .prePing(false)
                .socketTimeout(ZERO)));
    }

    /// Lets a caller wait until its time is up, and returns what it is told.
    private Explanation timeout(Pool pool, Duration wait) {
        Caller<Checkout> caller = pools.waiting("late", pool, wait.toNanos());
        pools.clock.advance(wait);
        return ((PoolTimeoutException) caller.failure()).explanation();
    }

    /// Starts a statement that runs until the gate is opened.
    private Gate running(Checkout lent, List<Caller<Boolean>> callers) {
        Gate gate = pools.database.next("execute").hangs();
        callers.add(Caller.start("running", () -> {
            try (Statement statement = lent.connection().createStatement()) {
                return statement.execute("select pg_sleep(60)");
            }
        }));
        gate.awaitHanging(1);
        return gate;
    }

    @Test
    void of_idle_holders_is_held_outside_sql() throws Exception {
        Pool pool = pool(2);
        pool.checkOut("GET /holds");
        pool.checkOut("GET /holds");

        Explanation explanation = timeout(pool, ofSeconds(10));

        Diagnosis.HeldOutsideSql held =
                (Diagnosis.HeldOutsideSql) explanation.diagnoses().getFirst();
        assertThat(held.capacity()).isEqualTo(20);
        assertThat(held.outsideSql()).isEqualTo(20);
        assertThat(held.confidence()).isEqualTo(Confidence.CERTAIN);
        assertThat(held.shares()).allMatch(share -> "GET /holds".equals(share.label()));
        assertThat(held.shares().stream().mapToDouble(Diagnosis.Share::seconds).sum())
                .isEqualTo(20);
        assertThat(explanation.summary())
                .isEqualTo("QueuePool limit of size 2 overflow 0 reached, connection timed out, timeout 10.00"
                        + " (pool 'trips')");
        assertThat(explanation.waited()).isEqualTo(ofSeconds(10));
    }

    @Test
    void of_running_statements_is_in_the_database() throws Exception {
        Pool pool = pool(2);
        List<Caller<Boolean>> callers = new ArrayList<>();
        Gate first = running(pool.checkOut("report"), callers);
        Gate second = running(pool.checkOut("report"), callers);

        Explanation explanation = timeout(pool, ofSeconds(10));

        Diagnosis.InDatabase busy =
                (Diagnosis.InDatabase) explanation.diagnoses().getFirst();
        assertThat(busy.inSql()).isEqualTo(20);
        assertThat(busy.confidence()).isEqualTo(Confidence.CERTAIN);
        assertThat(explanation.holders())
                .allSatisfy(holder -> assertThat(holder.inSql()).isEqualTo(ofSeconds(10)))
                .allSatisfy(holder -> assertThat(holder.lastSql()).isEqualTo("select pg_sleep(?)"));
        first.open();
        second.open();
        callers.forEach(Caller::result);
    }

    @Test
    void of_half_and_half_goes_by_the_larger_half() throws Exception {
        Pool pool = pool(4);
        List<Caller<Boolean>> callers = new ArrayList<>();
        List<Gate> gates = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            gates.add(running(pool.checkOut("report"), callers));
        }
        pool.checkOut("idler");

        Explanation explanation = timeout(pool, ofSeconds(10));

        assertThat(explanation.diagnoses()).singleElement().isInstanceOf(Diagnosis.InDatabase.class);
        gates.forEach(Gate::open);
        callers.forEach(Caller::result);
    }

    @Test
    void does_not_call_held_what_was_less_than_half_of_the_time() throws Exception {
        Pool pool = pool(1);
        Checkout lent = pool.checkOut("slow start");
        Caller<Checkout> late = pools.waiting("late", pool);
        pools.clock.advance(ofMillis(4_900));
        List<Caller<Boolean>> callers = new ArrayList<>();
        Gate gate = running(lent, callers);
        pools.clock.advance(ofMillis(5_100));

        Explanation explanation = ((PoolTimeoutException) late.failure()).explanation();

        Diagnosis.InDatabase busy =
                (Diagnosis.InDatabase) explanation.diagnoses().getFirst();
        assertThat(busy.inSql()).isCloseTo(5.1, within(0.001));
        gate.open();
        callers.forEach(Caller::result);
    }

    @Test
    void judges_by_the_callers_own_wait_and_not_by_what_was_before() throws Exception {
        Pool pool = pool(1);
        Checkout lent = pool.checkOut("worker");
        pools.clock.advance(Duration.ofMinutes(5)); // outside SQL, but nobody waited then
        List<Caller<Boolean>> callers = new ArrayList<>();
        Gate gate = running(lent, callers);

        Explanation explanation = timeout(pool, ofSeconds(10));

        Diagnosis.InDatabase busy =
                (Diagnosis.InDatabase) explanation.diagnoses().getFirst();
        assertThat(busy.capacity()).isEqualTo(10);
        assertThat(busy.inSql()).isEqualTo(10);
        gate.open();
        callers.forEach(Caller::result);
    }

    @Test
    void does_not_take_away_from_a_wait_what_was_used_long_before_it() throws Exception {
        Pool pool = pool(1);
        Checkout earlier = pool.checkOut("earlier");
        pools.clock.advance(ofMillis(100));
        earlier.close(); // what it gathered stays in the slot until the next loan has something to gather
        pool.checkOut("holder");
        pools.clock.advance(ofSeconds(20));

        Diagnosis.HeldOutsideSql held = (Diagnosis.HeldOutsideSql)
                timeout(pool, ofSeconds(10)).diagnoses().getFirst();

        assertThat(held.outsideSql()).isEqualTo(10);
        assertThat(held.shares()).extracting(Diagnosis.Share::label).containsExactly("holder");
    }

    @Test
    void of_a_short_wait_does_not_count_sql_that_ended_before_it() throws Exception {
        Pool pool =
                pools.pool(settings -> settings.size(1).timeout(ofSeconds(30)).socketTimeout(ZERO));
        Checkout lent = pool.checkOut("worker");
        pools.database.next("execute").takes(ofMillis(400), pools.clock);
        Caller<Boolean> statement = Caller.start("statement", () -> {
            try (Statement query = lent.connection().createStatement()) {
                return query.execute("select 1");
            }
        });
        pools.clock.awaitParked(statement.thread());
        pools.clock.advance(ofMillis(400)); // all within one window of the accounting
        statement.result();
        pools.clock.advance(ofSeconds(20));

        Explanation explanation = timeout(pool, ofMillis(100));

        Diagnosis.HeldOutsideSql held =
                (Diagnosis.HeldOutsideSql) explanation.diagnoses().getFirst();
        assertThat(held.outsideSql()).isCloseTo(0.1, within(0.001));
    }

    @Test
    void of_a_wait_too_short_for_the_accounting_is_not_called_certain() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1).timeout(ofSeconds(30)));
        pool.checkOut("worker");

        assertThat(timeout(pool, ofMillis(500)).diagnoses().getFirst().confidence())
                .isEqualTo(Confidence.LIKELY);
        assertThat(timeout(pool, ofSeconds(10)).diagnoses().getFirst().confidence())
                .isEqualTo(Confidence.CERTAIN);
    }

    @Test
    void counts_loans_that_ended_during_the_wait() throws Exception {
        Pool pool = pool(1);
        Checkout first = pool.checkOut("first");
        Caller<Checkout> second = pools.waiting("second", pool);
        Caller<Checkout> late = pools.waiting("late", pool);
        pools.clock.advance(ofSeconds(4));
        first.close();
        second.result();
        pools.clock.awaitParked(late.thread());
        pools.clock.advance(ofSeconds(6));

        Explanation explanation = ((PoolTimeoutException) late.failure()).explanation();

        Diagnosis.Leaked held = (Diagnosis.Leaked) explanation.diagnoses().getFirst(); // the second's thread has ended
        assertThat(held.shares()).extracting(Diagnosis.Share::label).containsExactly("second", "first");
        assertThat(held.shares().get(0).seconds()).isCloseTo(6, within(0.001));
        assertThat(held.shares().get(1).seconds()).isCloseTo(4, within(0.001));
        assertThat(explanation.load().checkoutsPerSecond()).isCloseTo(0.1, within(0.001));
        assertThat(explanation.holders()).extracting(Holder::label).containsExactly("second");
    }

    @Test
    void of_connections_that_are_being_opened_is_not_connected() {
        Pool pool = pool(1);
        Gate connect = pools.database.every("connect").hangs();

        Explanation explanation = timeout(pool, ofSeconds(3));

        assertThat(explanation.summary())
                .isEqualTo("Pool 'trips': no connection within 3.00 s (open 0 of 1, connecting 1)");
        NotConnected lacking = (NotConnected) explanation.diagnoses().getFirst();
        assertThat(lacking).isInstanceOf(NotConnected.ConnectSlow.class);
        assertThat(lacking.connects())
                .isEqualTo(new NotConnected.Connects(0, 1, 1, List.of(ConnectPhase.OTHER), 0, null));
        assertThat(lacking.confidence()).isEqualTo(Confidence.LIKELY);
        connect.open();
    }

    @Test
    void of_a_server_that_refuses_more_names_its_refusal_and_has_it_as_the_cause() throws Exception {
        Pool pool = pool(2);
        pool.checkOut("holder");
        pools.database.every("connect").fails(() -> new SQLException("too many clients, says canary", "53300"));
        Caller<Checkout> late = pools.waiting("late", pool);
        pools.database.await(it -> it.calls("connect") == 2);
        Pools.settle(pool);

        pools.clock.advance(ofSeconds(10));

        PoolTimeoutException timeout = (PoolTimeoutException) late.failure();
        NotConnected lacking = (NotConnected) timeout.explanation().diagnoses().getFirst();
        assertThat(lacking).isInstanceOf(NotConnected.ServerFull.class);
        assertThat(lacking.connects().lastFailure()).isEqualTo("SQLException 53300");
        assertThat(lacking.confidence()).isEqualTo(Confidence.CERTAIN);
        assertThat((Throwable) timeout).cause().hasMessageContaining("too many clients");
        assertThat(timeout.getMessage()).doesNotContain("canary");
        pools.database.every("connect").works();
    }

    @Test
    void does_not_blame_a_failure_to_connect_that_has_been_overcome() throws Exception {
        Pool pool = pool(2);
        pools.database.next("connect").fails("08001");
        assertThatThrownBy(() -> pool.checkOut(null)).isInstanceOf(ConnectFailedException.class);
        pool.checkOut("holder");
        Gate connect = pools.database.every("connect").hangs();

        Caller<Checkout> late = pools.waiting("late", pool);
        connect.awaitHanging(1);
        pools.clock.advance(ofSeconds(9));
        pools.clock.advance(ofSeconds(1));

        PoolTimeoutException timeout = (PoolTimeoutException) late.failure();
        assertThat(timeout.explanation().diagnoses().getFirst())
                .isInstanceOfSatisfying(
                        NotConnected.class,
                        lacking -> assertThat(lacking.connects().lastFailure()).isNull());
        assertThat((Throwable) timeout).hasNoCause();
        connect.open();
    }

    @Test
    void of_a_full_pool_does_not_blame_connecting() throws Exception {
        Pool pool = pool(1);
        pools.database.next("connect").fails("08001");
        assertThatThrownBy(() -> pool.checkOut(null)).isInstanceOf(ConnectFailedException.class);
        pool.checkOut("holder");

        Explanation explanation = timeout(pool, ofSeconds(10));

        assertThat(explanation.diagnoses()).singleElement().isInstanceOf(Diagnosis.HeldOutsideSql.class);
    }

    @Test
    void of_a_pool_that_is_well_concludes_nothing() throws Exception {
        Pool pool = pool(4);
        pool.checkOut("only one");
        pools.clock.advance(ofSeconds(10));

        Explanation explanation = pool.explain();

        Diagnosis.Unknown nothing = (Diagnosis.Unknown) explanation.diagnoses().getFirst();
        assertThat(nothing.confidence()).isEqualTo(Confidence.UNKNOWN);
        assertThat(nothing.outsideSql()).isEqualTo(10);
        assertThat(nothing.capacity()).isEqualTo(40);
        assertThat(explanation.summary())
                .isEqualTo("Pool 'trips': checked out 1 of 4, idle 0, connecting 0, waiting 0");
    }

    @Test
    void of_a_new_pool_can_be_asked_for_at_once() {
        assertThat(pool(4).explain().text()).startsWith("Pool 'trips': checked out 0 of 4");
    }

    @Test
    void on_demand_is_never_certain() throws Exception {
        Pool pool = pool(1);
        pool.checkOut("holder");
        pools.clock.advance(ofSeconds(10));

        assertThat(pool.explain().diagnoses())
                .singleElement()
                .isInstanceOf(Diagnosis.HeldOutsideSql.class)
                .extracting(Diagnosis::confidence)
                .isEqualTo(Confidence.LIKELY);
    }

    @Test
    void lists_who_waits_the_oldest_first() throws Exception {
        Pool pool = pool(1);
        Checkout lent = pool.checkOut("holder");
        Caller<Checkout> first = pools.waiting("first", pool);
        pools.clock.advance(ofSeconds(2));
        Caller<Checkout> second = pools.waiting("second", pool);
        pools.clock.advance(ofSeconds(1));

        assertThat(pool.explain().waiters())
                .containsExactly(
                        new Explanation.Queued("first", ofSeconds(3), null, null),
                        new Explanation.Queued("second", ofSeconds(1), null, null));
        lent.close();
        first.result().close();
        second.result();
    }

    @Test
    void of_readers_offers_the_scope_that_reads() throws Exception {
        Pool pool = pool(settings -> settings.size(1).readScope("sessions.read"));
        Checkout lent = pool.checkOut("reader");
        lent.connection().setAutoCommit(false);
        lent.connection().createStatement().execute("select * from trips where id = 'canary'");

        Explanation explanation = timeout(pool, ofSeconds(10));

        assertThat(explanation.diagnoses().getFirst().remedy())
                .startsWith("only reads so far: use sessions.read, or move ");
        assertThat(explanation.holders()).singleElement().satisfies(holder -> {
            assertThat(holder.inTransaction()).isTrue();
            assertThat(holder.wrote()).isFalse();
            assertThat(holder.lastSql()).isEqualTo("select * from trips where id = ?");
            assertThat(holder.connection()).isEqualTo("trips#1");
        });
    }

    @Test
    void of_writers_and_lockers_never_proposes_to_split_their_transaction() throws Exception {
        for (String sql : List.of("insert into trips values (1)", "select * from trips\nfor update")) {
            Pool pool = pool(1);
            Checkout lent = pool.checkOut("writer");
            lent.connection().setAutoCommit(false);
            lent.connection().createStatement().execute(sql);
            lent.connection().createStatement().execute("select 1");

            assertThat(timeout(pool, ofSeconds(10)).diagnoses().getFirst().remedy())
                    .contains("before the first write, or after the commit")
                    .contains("would make final what was written so far")
                    .doesNotContain("only reads so far");
        }
    }

    @Test
    void of_a_label_with_control_characters_cannot_be_forged() throws Exception {
        Pool pool = pool(1);
        pool.checkOut("GET /x\nwhy:  all is well\u001b[2J");

        String text = timeout(pool, ofSeconds(10)).text();

        assertThat(text).contains("GET /x?why:  all is well?[2J").doesNotContain("\u001b");
        assertThat(text.lines().filter(line -> line.startsWith("why:"))).hasSize(1);
    }

    @Test
    void is_the_message_of_the_timeout() throws Exception {
        Pool pool = pool(1);
        pool.checkOut("holder");
        Caller<Checkout> late = pools.waiting("late", pool);
        pools.clock.advance(ofSeconds(10));

        PoolTimeoutException timeout = (PoolTimeoutException) late.failure();

        assertThat(timeout.getMessage()).isEqualTo(timeout.explanation().text());
    }

    @Test
    void is_found_however_deep_a_framework_wrapped_it() throws Exception {
        Pool pool = pool(1);
        pool.checkOut("holder");
        PoolTimeoutException timeout =
                catchThrowableOfType(PoolTimeoutException.class, () -> pool.checkOut("late", ZERO));
        Throwable wrapped = new RuntimeException(new IllegalStateException("framework", timeout));
        Throwable suppressed = new Exception("other");
        suppressed.addSuppressed(new RuntimeException("closing failed", wrapped));
        Throwable circle = new Exception("circle", new Exception("inner", suppressed));
        suppressed.addSuppressed(circle);

        for (Throwable error : List.of(timeout, wrapped, suppressed, circle)) {
            assertThat(Explanation.find(error)).containsSame(timeout.explanation());
        }
    }

    @Test
    void is_not_found_where_there_is_none() {
        Exception circle = new Exception("circle");
        circle.addSuppressed(new Exception("inner", circle));

        assertThat(Explanation.find(circle)).isEmpty();
        assertThat(Explanation.find(new UncheckedIOException(new IOException())))
                .isEmpty();
        assertThat(Explanation.find(new PoolClosed())).isEmpty();
    }

    private static final class PoolClosed extends SQLException {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void of_a_wait_of_one_nanosecond_is_still_an_explanation() throws Exception {
        Pool pool = pool(1);
        pool.checkOut("holder");
        pools.clock.advance(ofSeconds(1));

        assertThat(timeout(pool, ofNanos(1)).text()).contains("timeout 0.00");
    }
}
