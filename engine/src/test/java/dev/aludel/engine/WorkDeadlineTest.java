package dev.aludel.engine;

import static dev.aludel.engine.Trip.TRIP;
import static dev.aludel.sql.Sql.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aludel.pool.Deadline;
import dev.aludel.pool.PoolOverloadedException;
import dev.aludel.testkit.FakeDatabase;
import java.time.Duration;
import java.util.Objects;
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
