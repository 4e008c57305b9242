package dev.aludel.engine;

import static dev.aludel.engine.Trip.TRIP;
import static dev.aludel.sql.Sql.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aludel.pool.Deadline;
import dev.aludel.pool.Pool;
import dev.aludel.pool.PoolOverloadedException;
import dev.aludel.sql.Dialects;
import dev.aludel.testkit.FakeDatabase;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class WorkDeadlineTest {
    private static final Deadline PASSED = () -> Duration.ofMillis(-1);
    private static final Deadline FAR = () -> Duration.ofHours(1);

    private final FakeDatabase database = new FakeDatabase();

    private Engine engine() {
        return Engine.create(
                "postgresql://app@localhost/trips",
                options -> options.poolSize(1).pool(settings -> settings.connections(database::connect)));
    }

    private static long connects(Engine engine) {
        return engine.call(
                connection -> connection.execute(update(TRIP).set(TRIP.seats, 3).everywhere()));
    }

    @Test
    void that_has_passed_refuses_each_checkout_of_the_work() {
        try (Engine engine = engine()) {
            PoolTimeout refused =
                    catchThrowableOfType(PoolTimeout.class, () -> WorkDeadline.within(PASSED, () -> connects(engine)));

            assertThat(refused).hasCauseInstanceOf(PoolOverloadedException.class);
            assertThat(database.opened()).isZero();
        }
    }

    @Test
    void reaches_a_pool_that_was_given_too() {
        try (Pool pool = Pool.of(settings -> settings.connections(database::connect));
                Engine engine = Engine.of(pool, Dialects.POSTGRESQL)) {
            PoolTimeout refused =
                    catchThrowableOfType(PoolTimeout.class, () -> WorkDeadline.within(PASSED, () -> connects(engine)));

            assertThat(refused).hasCauseInstanceOf(PoolOverloadedException.class);
            assertThat(database.opened()).isZero();
            assertThat(connects(engine)).as("without").isOne();
        }
    }

    /// Neither loosens the other.
    @Test
    void counts_beside_the_deadline_of_the_pool_and_the_earlier_of_the_two_is_that_of_the_checkout() {
        try (Pool tight = Pool.of(
                        settings -> settings.connections(database::connect).deadline(() -> PASSED));
                Pool wide = Pool.of(
                        settings -> settings.connections(database::connect).deadline(() -> FAR));
                Engine given = Engine.of(tight, Dialects.POSTGRESQL);
                Engine other = Engine.of(wide, Dialects.POSTGRESQL);
                Engine own = Engine.create(
                        "postgresql://app@localhost/trips",
                        options -> options.pool(settings ->
                                settings.connections(database::connect).deadline(() -> PASSED)))) {
            assertRefused(FAR, given);
            assertRefused(FAR, own);
            assertRefused(PASSED, other);
            assertThat(database.opened()).isZero();
        }
    }

    private static void assertRefused(Deadline deadline, Engine engine) {
        assertThat(catchThrowableOfType(PoolTimeout.class, () -> WorkDeadline.within(deadline, () -> connects(engine))))
                .hasCauseInstanceOf(PoolOverloadedException.class);
    }

    /// A handle of a lazy pool has many connections, one after the other.
    @Test
    void is_not_that_of_what_a_lazy_handle_does_after_the_work() throws Exception {
        try (Engine engine = Engine.create(
                "postgresql://app@localhost/trips",
                options -> options.pool(
                        settings -> settings.connections(database::connect).lazy(true)))) {
            AtomicBoolean passed = new AtomicBoolean();
            Deadline ending = () -> passed.get() ? Duration.ofMillis(-1) : Duration.ofHours(1);
            Lender.Loan loan = WorkDeadline.<Lender.Loan, RuntimeException>within(ending, () -> engine.lend(null));
            passed.set(true);

            loan.connection().createStatement().execute("select 1");

            loan.close();
            assertThat(database.opened()).isOne();
        }
    }

    @Test
    void that_is_far_lets_the_work_return_its_value() {
        try (Engine engine = engine()) {
            assertThat(WorkDeadline.<Long, RuntimeException>within(FAR, () -> connects(engine)))
                    .isOne();
        }
    }

    @Test
    void is_none_outside_of_the_work() {
        assertThat(WorkDeadline.current()).isNull();
        assertThat(WorkDeadline.<Boolean, RuntimeException>within(FAR, () -> WorkDeadline.current() != null))
                .isTrue();
        assertThat(WorkDeadline.current()).isNull();
    }

    @Test
    void within_another_is_the_earlier_of_the_two() {
        assertThat(left(FAR, PASSED)).isNegative();
        assertThat(left(PASSED, FAR)).isNegative();
    }

    private static Duration left(Deadline outer, Deadline inner) {
        return WorkDeadline.<Duration, RuntimeException>within(
                outer,
                () -> WorkDeadline.<Duration, RuntimeException>within(
                        inner,
                        () -> Objects.requireNonNull(WorkDeadline.current()).left()));
    }
}
