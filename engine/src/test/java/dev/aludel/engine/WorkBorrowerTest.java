package dev.aludel.engine;

import static dev.aludel.engine.Trip.TRIP;
import static dev.aludel.sql.Sql.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aludel.pool.Borrower;
import dev.aludel.pool.Diagnosis;
import dev.aludel.pool.Explanation;
import dev.aludel.pool.OwnReason;
import dev.aludel.pool.Pool;
import dev.aludel.pool.PoolOverloadedException;
import dev.aludel.pool.Usage;
import dev.aludel.sql.Dialects;
import dev.aludel.testkit.FakeDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class WorkBorrowerTest {
    private static final Borrower ACME = Borrower.of(null).tenant("acme");

    private final FakeDatabase database = new FakeDatabase();

    private Engine engine() {
        return Engine.create(
                "postgresql://app@localhost/trips",
                options -> options.poolSize(2)
                        .pool(settings ->
                                settings.connections(database::connect).maxPerTenant(1)));
    }

    private static long connects(Engine engine) {
        return engine.call(
                connection -> connection.execute(update(TRIP).set(TRIP.seats, 3).everywhere()));
    }

    private static long as(Borrower borrower, Engine engine) {
        return WorkBorrower.<Long, RuntimeException>as(borrower, () -> connects(engine));
    }

    @Test
    void is_on_whose_account_the_work_has_its_connections() {
        try (Engine engine = engine()) {
            assertThat(as(ACME, engine)).isOne();

            assertThat(diagnoses(ACME, engine)).anyMatch(OwnReason.TenantAtCap.class::isInstance);
        }
    }

    /// What is told to who wants a second connection within the work for somebody, of one that may have one.
    private static List<Diagnosis> diagnoses(Borrower borrower, Engine engine) {
        PoolTimeout timeout = catchThrowableOfType(
                PoolTimeout.class,
                () -> WorkBorrower.<Long, RuntimeException>as(
                        borrower,
                        () -> engine.call(connection -> {
                            connection.execute(update(TRIP).set(TRIP.seats, 3).everywhere());
                            return as(borrower.deadline(() -> Duration.ofMillis(1)), engine);
                        })));
        return Explanation.find(timeout).orElseThrow().diagnoses();
    }

    /// Who wants another one of a tenant that may have one is told.
    @Test
    void reaches_a_pool_that_was_given_too() {
        try (Pool pool = Pool.of(settings ->
                        settings.connections(database::connect).size(2).maxPerTenant(1));
                Engine engine = Engine.of(pool, Dialects.POSTGRESQL)) {
            assertThat(diagnoses(ACME.label("by the work"), engine)).anyMatch(OwnReason.TenantAtCap.class::isInstance);
            assertThat(pool.usage()).extracting(Usage::label).containsOnly("by the work");
        }
    }

    @Test
    void of_another_scope_is_a_part_of_the_work_around_it() {
        Borrower inner = WorkScope.<Borrower, RuntimeException>within("request 7", () -> current(ACME.scope("audit")));
        assertThat(inner).isEqualTo(ACME.scope("request 7"));

        Borrower innermost = WorkBorrower.<Borrower, RuntimeException>as(
                ACME.scope("request 7"),
                () -> WorkScope.<Borrower, RuntimeException>within("audit", () -> current(Borrower.of("else"))));
        assertThat(innermost).isEqualTo(Borrower.of("else").scope("request 7"));
    }

    private static Borrower current(Borrower borrower) {
        return WorkBorrower.<Borrower, RuntimeException>as(
                borrower, () -> Objects.requireNonNull(WorkBorrower.current()));
    }

    @Test
    void may_bring_a_deadline() {
        try (Engine engine = engine()) {
            Borrower late = ACME.deadline(() -> Duration.ZERO);

            assertThat(catchThrowableOfType(PoolTimeout.class, () -> as(late, engine)))
                    .hasCauseInstanceOf(PoolOverloadedException.class);
        }
    }

    @Test
    void leaves_the_deadline_of_the_work_as_it_is() {
        try (Engine engine = engine()) {
            PoolTimeout late = catchThrowableOfType(
                    PoolTimeout.class, () -> WorkDeadline.within(() -> Duration.ZERO, () -> as(ACME, engine)));

            assertThat(late).hasCauseInstanceOf(PoolOverloadedException.class);
        }
    }

    @Test
    void is_nobody_outside_of_the_work_and_the_inner_one_within() {
        assertThat(WorkBorrower.current()).isNull();
        String inner = WorkBorrower.<String, RuntimeException>as(
                ACME,
                () -> WorkBorrower.<String, RuntimeException>as(
                        ACME.tenant("inner"), () -> String.valueOf(WorkBorrower.current())));
        assertThat(inner).contains("tenant=inner");
        assertThat(WorkBorrower.current()).isNull();
    }
}
