package dev.aludel.pool;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aludel.testkit.Caller;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ClockResolutionTest {
    @RegisterExtension
    final Pools pools = new Pools();

    @AfterEach
    void end() {
        pools.close();
        pools.clock.advance(ofMillis(1));
        pools.clock.awaitParked(0);
    }

    private Pool pool(Duration resolution) throws SQLException {
        Pool pool = pools.pool(settings -> settings.size(1).clockResolution(resolution));
        pool.checkOut("first").close();
        pools.awaitQuiet();
        return pool;
    }

    /// With the thread parked that reads the clock, the only one that is.
    private Pool coarse() throws SQLException {
        Pool pool = pool(ofMillis(1));
        pools.clock.awaitParked(1);
        return pool;
    }

    private static Duration held(Pool pool, String label) {
        return pool.usage().stream()
                .filter(row -> label.equals(row.label()))
                .map(Usage::outsideSql)
                .reduce(ZERO, Duration::plus);
    }

    private void hold(Pool pool, Duration time) throws SQLException {
        Checkout held = pool.checkOut("hold");
        pools.clock.advance(time);
        pools.clock.awaitParked(1);
        held.close();
    }

    @Test
    void of_zero_charges_each_nanosecond() throws Exception {
        Pool pool = pool(ZERO);

        Checkout held = pool.checkOut("hold");
        pools.clock.advance(ofNanos(1));
        held.close();

        assertThat(held(pool, "hold")).isEqualTo(ofNanos(1));
        assertThat(pools.clock.parked()).isZero();
    }

    @Test
    void of_a_millisecond_charges_by_what_the_clock_said_when_it_was_last_read() throws Exception {
        Pool pool = coarse();

        hold(pool, ofNanos(999_999));
        assertThat(held(pool, "hold")).isEqualTo(ZERO);

        hold(pool, ofNanos(2));
        assertThat(held(pool, "hold")).isEqualTo(ofNanos(1_000_001));
    }

    @Test
    void does_not_matter_for_the_deadline_of_who_waits() throws Exception {
        Pool pool = coarse();
        Checkout held = pool.checkOut("holder");
        pools.clock.advance(ofNanos(900_000)); // the clock was last read at 0

        Caller<Checkout> waiter = pools.waiting("waiter", pool, ofMillis(10).toNanos());
        pools.clock.awaitParked(2);
        pools.clock.advance(ofNanos(9_999_999));
        pools.clock.awaitParked(2);
        assertThat(waiter.isDone()).isFalse();
        pools.clock.advance(ofNanos(1));

        assertThat(waiter.failure()).isInstanceOf(PoolTimeoutException.class);
        held.close();
    }

    @Test
    void takes_no_thread_while_nobody_checks_out() throws Exception {
        Pool pool = coarse();
        pool.checkOut("in the second that follows").close();

        pools.clock.advance(ofSeconds(1));
        pools.clock.awaitParked(1);
        pools.clock.advance(ofSeconds(1));
        pools.clock.awaitParked(0);

        Checkout held = pool.checkOut("hold");
        pools.clock.awaitParked(1);
        held.close();
    }

    @Test
    void takes_no_thread_when_the_pool_is_closed() throws Exception {
        Pool pool = coarse();

        pool.close();
        pools.clock.advance(ofMillis(1));

        pools.clock.awaitParked(0);
    }

    @Test
    void takes_no_thread_for_a_loan_that_outlives_its_pool() {
        AtomicInteger asked = new AtomicInteger();
        CoarseClock clock =
                new CoarseClock(() -> 5, nanos -> {}, task -> asked.incrementAndGet(), 1_000_000, () -> 0, () -> true);

        assertThat(clock.now()).isEqualTo(5);
        assertThat(asked).hasValue(0);
    }

    @Test
    void is_that_of_the_exact_clock_while_there_is_no_thread_to_be_had() {
        AtomicLong time = new AtomicLong(5);
        AtomicInteger asked = new AtomicInteger();
        CoarseClock clock = new CoarseClock(
                time::get,
                nanos -> {},
                task -> {
                    asked.incrementAndGet();
                    throw new OutOfMemoryError("unable to create native thread");
                },
                1_000_000,
                () -> 0,
                () -> false);

        assertThat(clock.now()).isEqualTo(5);
        time.set(1_000_000_004);
        assertThat(clock.now()).isEqualTo(1_000_000_004);
        assertThat(asked).as("once a second").hasValue(1);
        time.set(1_000_000_005);
        assertThat(clock.now()).isEqualTo(1_000_000_005);
        assertThat(asked).hasValue(2);
    }

    @Test
    void never_makes_a_time_negative() {
        Meter meter = new Meter(new History(ofSeconds(30).toNanos()));
        meter.lent(0, 100);
        meter.sqlBegins(90); // the clock went back when its thread began
        meter.sqlEnds(90, 80);
        meter.unseen(85);
        meter.ended(70);
        meter.reset(0, 70, 60);

        for (long value : meter.totals(0, 1_000)) {
            assertThat(value).isNotNegative();
        }
        assertThat(meter.totals(0, 1_000)[History.HELD]).isZero();
    }

    @Test
    void never_makes_a_time_longer_where_a_window_ends() {
        History history = new History(ofSeconds(30).toNanos());
        Meter meter = new Meter(history);
        long end = history.windowEnd(100);
        meter.lent(0, end + 6);
        meter.sqlBegins(end - 4);
        meter.sqlEnds(end - 4, end + 10);
        meter.ended(end + 20);

        assertThat(meter.totals(0, end + 20)[History.HELD]).isEqualTo(14);
        assertThat(meter.totals(0, end + 20)[History.SQL]).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 1, 99_999, 100_000_001})
    void is_refused_if_it_is_of_no_use(long nanos) {
        assertThatThrownBy(() -> new Settings().clockResolution(ofNanos(nanos)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("clockResolution must be 0, or between 0.1 and 100 ms, but was " + ofNanos(nanos)
                        + ": give 1 ms, or 0 for exact times");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 100_000, 100_000_000})
    void is_taken_at_its_bounds(long nanos) {
        assertThat(new Settings()
                        .connections(pools.database::connect)
                        .clockResolution(ofNanos(nanos))
                        .config()
                        .clockResolution())
                .isEqualTo(nanos);
    }
}
