package dev.aludel.engine;

import static dev.aludel.engine.Trip.TRIP;
import static dev.aludel.sql.Sql.delete;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aludel.sql.Delete;
import dev.aludel.sql.Dialects;
import dev.aludel.testkit.Caller;
import dev.aludel.testkit.FakeDatabase;
import dev.aludel.testkit.VirtualClock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class RetryTest {
    private static final Delete<Trip> DELETE = delete(TRIP).where(TRIP.id.eq(7L));
    private static final Retry AT_ONCE = Retry.atMost(3).pause(Duration.ZERO);

    private final FakeDatabase database = new FakeDatabase();
    private final Engine engine = Engine.of(database.dataSource(), Dialects.POSTGRESQL);
    private final AtomicInteger runs = new AtomicInteger();

    private long run(Retry retry) {
        return engine.retrying(retry).call(connection -> {
            runs.incrementAndGet();
            return connection.execute(DELETE);
        });
    }

    private void fails(String state, int times) {
        for (int i = 0; i < times; i++) {
            database.next("execute").fails(state);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"40001", "40P01"})
    void runs_a_unit_again_that_the_database_rolled_back(String state) {
        fails(state, 2);

        run(AT_ONCE);

        assertThat(runs).hasValue(3);
        assertThat(database.rollbacks()).isEqualTo(2);
        assertThat(database.commits()).isOne();
    }

    @Test
    void throws_the_last_failure_when_it_was_run_often_enough() {
        fails("40001", 4);

        assertThatThrownBy(() -> run(AT_ONCE)).isInstanceOf(TransactionRolledBack.class);
        assertThat(runs).hasValue(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"08006", "40003", "23505", "57014", "42601"})
    void runs_nothing_again_for_another_reason(String state) {
        fails(state, 1);

        assertThatThrownBy(() -> run(AT_ONCE)).isInstanceOf(DatabaseException.class);
        assertThat(runs).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"08006", "40003"})
    void runs_again_what_may_take_effect_twice_after_a_loss_too(String state) {
        fails(state, 1);

        run(AT_ONCE.declaredIdempotent());

        assertThat(runs).hasValue(2);
    }

    /// What it has committed would be done twice.
    @Test
    void runs_no_unit_again_that_has_committed_a_part_of_itself() {
        assertThatThrownBy(() -> engine.retrying(AT_ONCE).run(connection -> {
                    runs.incrementAndGet();
                    connection.execute(DELETE);
                    connection.commit();
                    fails("40001", 1);
                    connection.execute(DELETE);
                }))
                .isInstanceOf(TransactionRolledBack.class);
        assertThat(runs).hasValue(1);
        assertThat(database.commits()).isOne();
    }

    @Test
    void passes_on_what_the_work_itself_throws() {
        IllegalStateException mine = new IllegalStateException("mine");

        assertThatThrownBy(() -> engine.retrying(AT_ONCE.declaredIdempotent()).run(connection -> {
                    runs.incrementAndGet();
                    throw mine;
                }))
                .isSameAs(mine);
        assertThat(runs).hasValue(1);
    }

    @Test
    void ends_its_pause_when_it_is_interrupted_and_keeps_the_flag() throws Exception {
        fails("40001", 1);
        CountDownLatch entered = new CountDownLatch(1);
        Caller<Boolean> caller = Caller.start("caller", () -> {
            assertThatThrownBy(() -> engine.retrying(Retry.atMost(2).pause(Duration.ofMinutes(1)))
                            .run(connection -> {
                                entered.countDown();
                                connection.execute(DELETE);
                            }))
                    .isInstanceOf(TransactionRolledBack.class);
            return Thread.currentThread().isInterrupted();
        });
        entered.await();
        database.await(it -> it.rollbacks() == 1);

        caller.interrupt();

        assertThat(caller.result()).isTrue();
    }

    @Test
    void waits_for_its_pause_by_the_engines_time() {
        VirtualClock clock = new VirtualClock();
        Engine timed = Engine.of(
                database.dataSource(),
                Dialects.POSTGRESQL,
                options -> options.ticker(clock).park(clock::parkNanos));
        fails("40001", 1);
        Retry retry = Retry.atMost(2).pause(Duration.ofMinutes(1));
        Caller<Long> caller = Caller.start(
                "caller",
                () -> timed.retrying(retry).call(connection -> {
                    runs.incrementAndGet();
                    return connection.execute(DELETE);
                }));
        clock.awaitParked(caller.thread());
        clock.advance(Duration.ofSeconds(30).minusNanos(1)); // half of it at least
        clock.awaitParked(caller.thread());
        assertThat(runs).hasValue(1);

        clock.advance(Duration.ofSeconds(30).plusNanos(1));

        caller.result();
        assertThat(runs).hasValue(2);
    }

    /// Nobody could have it end.
    @Test
    void does_not_wait_for_a_ticker_that_nobody_moves() {
        Engine timed =
                Engine.of(database.dataSource(), Dialects.POSTGRESQL, options -> options.ticker(new VirtualClock()));
        fails("40001", 1);
        Retry retry = Retry.atMost(2).pause(Duration.ofMillis(10));
        Caller<Long> caller =
                Caller.start("caller", () -> timed.retrying(retry).call(connection -> connection.execute(DELETE)));

        caller.result();

        assertThat(database.commits()).isOne();
    }

    @Test
    void pauses_at_random_and_twice_as_long_each_time_up_to_a_minute() {
        Retry retry = Retry.atMost(50).pause(Duration.ofMillis(100));

        assertThat(Duration.ofNanos(retry.before(2))).isBetween(Duration.ofMillis(50), Duration.ofMillis(100));
        assertThat(Duration.ofNanos(retry.before(4))).isBetween(Duration.ofMillis(200), Duration.ofMillis(400));
        assertThat(Duration.ofNanos(retry.before(50))).isBetween(Duration.ofSeconds(30), Duration.ofMinutes(1));
    }

    @Test
    void is_refused_with_numbers_that_mean_nothing() {
        assertThatIllegalArgumentException().isThrownBy(() -> Retry.atMost(0)).withMessageContaining("runs must be");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Retry.atMost(1).pause(Duration.ofMinutes(2)))
                .withMessageContaining("pause must be between 0 and 1 minute, but was PT2M");
    }
}
