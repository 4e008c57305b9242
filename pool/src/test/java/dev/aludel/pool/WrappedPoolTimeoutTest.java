package dev.aludel.pool;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.example.Orders;
import com.example.Quotes;
import dev.aludel.testkit.Caller;
import dev.aludel.testkit.FakeDatabase;
import dev.aludel.testkit.Gate;
import dev.aludel.testkit.VirtualClock;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What a caller is told whom another pool, which is wrapped, gave no connection.
@DisplayNameGeneration(ReplaceUnderscores.class)
class WrappedPoolTimeoutTest {
    private final VirtualClock clock = new VirtualClock();
    private final FakeDatabase database = new FakeDatabase();
    private volatile boolean stopping;

    @AfterEach
    void let_all_go() {
        stopping = true;
        clock.advance(Duration.ofMinutes(2));
    }

    private ExplainedDataSource wrapped(int size, Duration timeout, Function<String, SQLException> error) {
        return Explained.wrap(
                new FakePool(clock, database.dataSource(), size, timeout, error),
                settings -> settings.name("orders").label(() -> "POST /orders").ticker(clock));
    }

    private ExplainedDataSource wrapped(int size) {
        return wrapped(size, ofSeconds(3), SQLTransientConnectionException::new);
    }

    private Caller<Connection> waiting(ExplainedDataSource pool) {
        Caller<Connection> late = Caller.start("late", pool::getConnection);
        clock.awaitParked(late.thread());
        return late;
    }

    private SQLException failure(ExplainedDataSource pool, Duration wait) {
        Caller<Connection> late = waiting(pool);
        clock.advance(wait);
        return (SQLException) late.failure();
    }

    private static Explanation explanation(Throwable failure) {
        return ((PoolTimeoutException) failure).explanation();
    }

    @Test
    void is_the_text_that_the_guide_shows() throws IOException {
        // given 40 callers that ask somebody else while they hold a connection, of a pool of four
        ExplainedDataSource pool = wrapped(4, Duration.ofMinutes(1), SQLTransientConnectionException::new);
        database.every("execute").takes(ofMillis(1), clock);
        Orders orders = new Orders(pool, new Quotes(clock::parkNanos));
        IntStream.range(0, 40).forEach(i -> Caller.<Object>start("client " + i, () -> callForEver(orders)));
        clock.awaitParked(40);
        runFor(ofSeconds(2), 40);
        clock.awaitParked(40);

        // when one more comes that waits for 3 s only
        Caller<Connection> late = Caller.start("late", () -> pool.getConnection(FakePool.HASTY, ""));
        clock.awaitParked(41);
        runFor(ofSeconds(3), 41);

        // then it learns who has the connections
        assertThat(Files.readString(Path.of("..", "docs", "guides", "another-pool.md")))
                .contains(explanation(late.failure()).text().indent(4));
    }

    /// Moves time on step by step, at least by so much; at each step but the last all run until they
    /// park again.
    private void runFor(Duration time, int parked) {
        long end = clock.getAsLong() + time.toNanos();
        for (clock.advanceToNextDeadline(); clock.getAsLong() < end; clock.advanceToNextDeadline()) {
            clock.awaitParked(parked);
        }
    }

    private Object callForEver(Orders orders) throws Exception {
        while (!stopping) {
            orders.place();
        }
        return "stopped";
    }

    @Test
    void says_who_holds_the_connections_as_likely_though_all_of_the_time_is_accounted_for() throws Exception {
        ExplainedDataSource pool = wrapped(2);
        try (Connection first = pool.getConnection();
                Connection second = pool.getConnection()) {
            Explanation explanation = explanation(failure(pool, ofSeconds(3)));

            Diagnosis.HeldOutsideSql held =
                    (Diagnosis.HeldOutsideSql) explanation.diagnoses().getFirst();
            assertThat(held.capacity()).isEqualTo(6);
            assertThat(held.outsideSql()).isEqualTo(6);
            assertThat(held.confidence()).isEqualTo(Confidence.LIKELY);
            assertThat(held.shares()).allSatisfy(share -> {
                assertThat(share.label()).isEqualTo("POST /orders");
                assertThat(share.site()).startsWith("WrappedPoolTimeoutTest.says_who_holds");
            });
            assertThat(explanation.summary())
                    .isEqualTo("Pool 'orders': no connection within 3.00 s; 2 are lent through Explained.wrap, and how"
                            + " many it may lend is not known here");
            assertThat(explanation.waited()).isEqualTo(ofSeconds(3));
            assertThat(explanation.holders()).extracting(Holder::held).containsOnly(ofSeconds(3));
            assertThat(explanation.server().gaps()).singleElement().asString().contains("it was not asked");
            assertThat(first).isNotSameAs(second);
        }
    }

    @Test
    void is_by_the_wait_that_it_was_however_long_the_other_lets_callers_wait() throws Exception {
        ExplainedDataSource pool = wrapped(1, Duration.ofMinutes(10), SQLTransientConnectionException::new);
        try (Connection held = pool.getConnection()) {
            Explanation explanation = explanation(failure(pool, Duration.ofMinutes(10)));

            assertThat(explanation.waited()).isEqualTo(Duration.ofMinutes(10));
            assertThat(explanation.diagnoses().getFirst())
                    .isInstanceOfSatisfying(Diagnosis.HeldOutsideSql.class, outside -> {
                        assertThat(outside.capacity()).isCloseTo(60, within(0.6)); // the last minute of it
                        assertThat(outside.outsideSql()).isCloseTo(60, within(0.6));
                    });
            assertThat(held.isClosed()).isFalse();
        }
    }

    @Test
    void sees_that_the_holders_wait_for_a_second_connection() {
        ExplainedDataSource pool = wrapped(2);
        Orders orders = new Orders(pool, new Quotes(clock::parkNanos));
        Gate firstQuery = database.next("execute").hangs();
        Caller<Object> first = nested(orders);
        firstQuery.awaitHanging(1);
        Gate secondQuery = database.next("execute").hangs();
        Caller<Object> second = nested(orders);
        secondQuery.awaitHanging(1); // each has its first connection
        firstQuery.open();
        clock.awaitParked(first.thread());
        clock.advance(ofSeconds(1));
        secondQuery.open();
        clock.awaitParked(second.thread());
        assertThat(pool.snapshot()).isEqualTo(new ExplainedDataSource.Snapshot("orders", 2, 2, 2, 0, 0));

        clock.advance(ofSeconds(2));

        assertThat(explanation(first.failure()).diagnoses().getFirst())
                .isInstanceOfSatisfying(Diagnosis.CircularWait.class, circle -> {
                    assertThat(circle.holders()).isEqualTo(2);
                    assertThat(circle.nested()).isEqualTo(2);
                    assertThat(circle.confidence()).isEqualTo(Confidence.LIKELY);
                });
        assertThat(second.result()).isEqualTo("done"); // it got what the first has given back
        assertThat(pool.snapshot()).isEqualTo(new ExplainedDataSource.Snapshot("orders", 0, 0, 3, 1, 0));
    }

    private static Caller<Object> nested(Orders orders) {
        return Caller.start("nested", () -> {
            orders.nested();
            return "done";
        });
    }

    @Test
    void has_the_others_error_as_its_cause_with_its_state_and_code() throws Exception {
        ExplainedDataSource pool =
                wrapped(1, ofSeconds(3), text -> new SQLTransientConnectionException(text, "08S99", 42));
        try (Connection held = pool.getConnection()) {
            SQLException failure = failure(pool, ofSeconds(3));

            assertThat((Throwable) failure).isExactlyInstanceOf(PoolTimeoutException.class);
            assertThat(failure.getSQLState()).isEqualTo("08S99");
            assertThat(failure.getErrorCode()).isEqualTo(42);
            assertThat((Throwable) failure).cause().isExactlyInstanceOf(SQLTransientConnectionException.class);
            assertThat(failure.getMessage()).isEqualTo(explanation(failure).text());
            assertThat(held.isClosed()).isFalse();
        }
    }

    @Test
    void has_the_state_of_a_timeout_if_the_other_gives_none() throws Exception {
        ExplainedDataSource pool = wrapped(1);
        try (Connection held = pool.getConnection()) {
            assertThat(failure(pool, ofSeconds(3)).getSQLState()).isEqualTo("HYT00");
            assertThat(held.isClosed()).isFalse();
        }
    }

    static Stream<Function<String, SQLException>> timeouts() {
        return Stream.of(SQLTransientConnectionException::new, SQLTimeoutException::new);
    }

    @ParameterizedTest
    @MethodSource("timeouts")
    void is_explained_however_short_if_the_others_error_is_one_by_its_type(Function<String, SQLException> error)
            throws Exception {
        ExplainedDataSource pool = wrapped(1, ofMillis(5), error);
        try (Connection held = pool.getConnection()) {
            assertThat((Throwable) failure(pool, ofMillis(5))).isInstanceOf(PoolTimeoutException.class);
            assertThat(held.isClosed()).isFalse();
        }
        assertThat(pool.snapshot().timeouts()).isEqualTo(1);
    }

    @Test
    void of_another_type_is_explained_after_a_second_only() throws Exception {
        for (int millis : List.of(999, 1_000)) {
            ExplainedDataSource pool = wrapped(1, ofMillis(millis), SQLException::new);
            try (Connection held = pool.getConnection()) {
                SQLException failure = failure(pool, ofMillis(millis));

                assertThat(failure instanceof PoolTimeoutException).isEqualTo(millis == 1_000);
                assertThat(held.isClosed()).isFalse();
            }
        }
    }

    @Test
    void of_another_type_passes_untouched_while_nothing_is_lent() {
        SQLException refused = new SQLException("no such user", "28000");
        ExplainedDataSource pool = wrapped(0, ofSeconds(3), text -> refused);

        assertThat((Throwable) failure(pool, ofSeconds(3))).isSameAs(refused);
        assertThat(pool.snapshot().timeouts()).isZero();
    }

    @Test
    void that_is_explained_already_passes_untouched() throws Exception {
        Pool inner = Pool.of(new Settings()
                .connections(database::connect)
                .name("inner")
                .size(1)
                .timeout(ofSeconds(3))
                .diagnosticConnection(false)
                .scheduling(new Scheduling(
                        clock,
                        clock::parkNanos,
                        clock::unpark,
                        Thread.ofVirtual()::start,
                        new Random(1),
                        Long.MAX_VALUE)));
        try (ExplainedDataSource pool = Explained.wrap(inner, settings -> settings.ticker(clock))) {
            Connection held = Objects.requireNonNull(
                    Caller.start("first", pool::getConnection).result());
            SQLException failure = failure(pool, ofSeconds(3));

            assertThat(explanation(failure).pool()).isEqualTo("inner");
            assertThat((Throwable) failure).hasNoCause();
            held.close();
        }
    }

    @Test
    void of_a_pool_that_lends_nothing_here_says_that_it_is_not_seen() {
        Explanation explanation = explanation(failure(wrapped(0), ofSeconds(3)));

        assertThat(explanation.diagnoses()).singleElement().isInstanceOfSatisfying(Diagnosis.OutOfSight.class, away -> {
            assertThat(away.confidence()).isEqualTo(Confidence.UNKNOWN);
            assertThat(away.trouble()).isNull();
        });
        assertThat(explanation.text()).contains("0 are lent through Explained.wrap");
    }

    @Test
    void of_a_pool_that_cannot_connect_says_so_before_it_says_who_holds() throws Exception {
        SQLException refused = new SQLException("connect failed", "08001", new ConnectException("Connection refused"));
        ExplainedDataSource pool = wrapped(1, ofSeconds(3), text -> new SQLTransientConnectionException(text, refused));
        try (Connection held = pool.getConnection()) {
            Explanation explanation = explanation(failure(pool, ofSeconds(3)));

            assertThat(explanation.diagnoses()).hasSize(2);
            assertThat(explanation.diagnoses().getFirst()).isInstanceOfSatisfying(Diagnosis.OutOfSight.class, away -> {
                assertThat(away.trouble()).isEqualTo("nobody listens there");
                assertThat(away.lastFailure()).isEqualTo("SQLException 08001");
                assertThat(away.confidence()).isEqualTo(Confidence.LIKELY);
            });
            assertThat(explanation.diagnoses().get(1)).isInstanceOf(Diagnosis.HeldOutsideSql.class);
            assertThat(held.isClosed()).isFalse();
        }
    }

    @Test
    void shows_who_waits_with_the_caller_and_serves_all_of_a_storm_with_one_report() throws Exception {
        ExplainedDataSource pool = wrapped(1);
        try (Connection held = pool.getConnection()) {
            List<Caller<Connection>> storm =
                    Stream.generate(() -> waiting(pool)).limit(50).toList();
            clock.advance(ofSeconds(3));

            List<Explanation> told =
                    storm.stream().map(caller -> explanation(caller.failure())).toList();

            assertThat(told.getFirst().waiters()).isNotEmpty().allSatisfy(waiter -> {
                assertThat(waiter.label()).isEqualTo("POST /orders");
                assertThat(waiter.waited()).isEqualTo(ofSeconds(3));
            });
            assertThat(told).allSatisfy(one -> assertThat(one).isSameAs(told.getFirst()));
            assertThat(held.isClosed()).isFalse();
        }
        assertThat(pool.snapshot().timeouts()).isEqualTo(50);
    }

    @Test
    void on_demand_says_what_is_lent_and_waited_for() throws Exception {
        ExplainedDataSource pool = wrapped(1);
        Connection held = pool.getConnection();
        Caller<Connection> late = waiting(pool);
        clock.advance(ofSeconds(2));

        Explanation explanation = pool.explain();

        assertThat(explanation.summary())
                .isEqualTo("Pool 'orders': 1 is lent through Explained.wrap, waiting 1; how many it may lend is not"
                        + " known here");
        assertThat(explanation.diagnoses())
                .singleElement()
                .isInstanceOf(Diagnosis.HeldOutsideSql.class)
                .extracting(Diagnosis::confidence)
                .isEqualTo(Confidence.LIKELY);
        held.close();
        Objects.requireNonNull(late.result()).close();
    }
}
