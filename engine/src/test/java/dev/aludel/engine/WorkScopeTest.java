package dev.aludel.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aludel.pool.AlreadyCheckedOutException;
import dev.aludel.pool.Borrower;
import dev.aludel.pool.Deadline;
import dev.aludel.pool.Pool;
import dev.aludel.pool.PoolOverloadedException;
import dev.aludel.sql.Dialects;
import dev.aludel.testkit.Caller;
import dev.aludel.testkit.FakeDatabase;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/// Work whose connections belong together, whichever thread has them.
@DisplayNameGeneration(ReplaceUnderscores.class)
class WorkScopeTest {
    private final FakeDatabase database = new FakeDatabase();
    private final Engine engine = Engine.create(
            "postgresql://app@localhost/trips",
            options -> options.poolSize(2)
                    .pool(settings -> settings.connections(database::connect).strict(true)));

    @AfterEach
    void close() {
        engine.close();
    }

    private SqlConnection elsewhere(Object scope) {
        return Caller.start(
                        "another thread",
                        () -> WorkScope.<SqlConnection, RuntimeException>within(scope, engine::connect))
                .result();
    }

    @Test
    void is_lent_one_connection_by_a_strict_pool_whatever_the_thread() {
        try (SqlConnection first = elsewhere("request 7")) {
            assertThat(first).isNotNull();
            assertThatThrownBy(() -> WorkScope.within("request 7", engine::connect))
                    .hasRootCauseInstanceOf(AlreadyCheckedOutException.class);
        }
    }

    @Test
    void is_lent_another_for_another_piece_of_work() {
        try (SqlConnection first = elsewhere("request 7");
                SqlConnection second =
                        WorkScope.<SqlConnection, RuntimeException>within("request 8", engine::connect)) {
            assertThat(first).isNotSameAs(second);
        }
    }

    @Test
    void within_another_is_a_part_of_that() {
        assertThat(WorkScope.<@Nullable Object, RuntimeException>within(
                        "request 7",
                        () -> WorkScope.<@Nullable Object, RuntimeException>within("audit", WorkScope::current)))
                .isEqualTo("request 7");
    }

    @Test
    void is_none_outside_of_the_work() {
        assertThat(WorkScope.current()).isNull();
        assertThat(WorkBorrower.current()).isNull();
        assertThat(WorkScope.<@Nullable Borrower, RuntimeException>within("request 7", WorkBorrower::current))
                .isEqualTo(Borrower.of(null).scope("request 7"));
        assertThat(WorkScope.current()).isNull();
    }

    /// So that what a pool notes of each loan is not made anew.
    @Test
    void has_one_borrower_for_all_of_its_checkouts() {
        boolean ignored = WorkScope.<Boolean, RuntimeException>within("request 7", () -> {
            assertThat(WorkBorrower.current()).isNotNull().isSameAs(WorkBorrower.current());
            return true;
        });
    }

    @Test
    void reaches_a_pool_that_was_given_too() {
        try (Pool pool = Pool.of(settings ->
                        settings.connections(database::connect).size(2).strict(true));
                Engine given = Engine.of(pool, Dialects.POSTGRESQL);
                SqlConnection first = WorkScope.<SqlConnection, RuntimeException>within("request 7", given::connect);
                SqlConnection other = WorkScope.<SqlConnection, RuntimeException>within("request 8", given::connect)) {
            assertThat(first).isNotSameAs(other);
            assertThatThrownBy(() -> WorkScope.within("request 7", given::connect))
                    .hasRootCauseInstanceOf(AlreadyCheckedOutException.class);
        }
    }

    /// The pool still learns the label, and the deadline of the work.
    @Test
    void loses_neither_label_nor_deadline() {
        Deadline passed = () -> Duration.ofMillis(-1);
        PoolTimeout refused = catchThrowableOfType(
                PoolTimeout.class,
                () -> WorkScope.within("request 7", () -> WorkDeadline.within(passed, engine::connect)));
        assertThat(refused).hasCauseInstanceOf(PoolOverloadedException.class);

        try (SqlConnection labelled =
                WorkScope.<SqlConnection, RuntimeException>within("request 7", () -> engine.connect("GET /trips"))) {
            assertThat(labelled).isNotNull();
            assertThat(engine.pool().orElseThrow().explain().holders())
                    .singleElement()
                    .satisfies(holder -> assertThat(holder.label()).isEqualTo("GET /trips"));
        }
    }
}
