package dev.aludel.engine;

import static dev.aludel.engine.Trip.TRIP;
import static dev.aludel.sql.Sql.count;
import static dev.aludel.sql.Sql.insert;
import static dev.aludel.sql.Sql.select;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aludel.pool.Pool;
import dev.aludel.sql.Dialects;
import dev.aludel.sql.Insert;
import dev.aludel.testkit.FakeDatabase;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class TransactionTest {
    private static final Insert<Trip> INSERT = insert(TRIP).set(TRIP.code, "A").set(TRIP.seats, 1);

    private final Engine engine = Databases.h2(options -> {});

    @AfterEach
    void nothing_is_left_checked_out() {
        assertThat(engine.pool().orElseThrow().snapshot().checkedOut()).isZero();
        engine.close();
    }

    private long rows() {
        return engine.read(select(count()).from(TRIP)).scalarOne();
    }

    // connection-model row 113
    @Test
    void begins_by_itself_at_the_first_statement_and_anew_after_commit() {
        try (SqlConnection connection = engine.connect()) {
            assertThat(connection.inTransaction()).isFalse();
            connection.execute(select(TRIP));
            assertThat(connection.inTransaction()).isTrue();
            connection.commit();
            assertThat(connection.inTransaction()).isFalse();
            connection.execute(INSERT);
            assertThat(connection.inTransaction()).isTrue();
            connection.rollback();
            assertThat(connection.inTransaction()).isFalse();
        }
        assertThat(rows()).isZero();
    }

    // connection-model row 101
    @Test
    void is_seen_by_others_once_committed_and_gone_once_rolled_back() {
        try (SqlConnection connection = engine.connect()) {
            connection.execute(INSERT);
            assertThat(rows()).isZero();
            connection.commit();
            assertThat(rows()).isOne();
            connection.execute(INSERT);
            connection.rollback();
        }
        assertThat(rows()).isOne();
    }

    // connection-model row 120
    @Test
    void that_nobody_committed_is_rolled_back_when_its_connection_closes() {
        try (SqlConnection connection = engine.connect()) {
            connection.execute(INSERT);
        }
        assertThat(rows()).isZero();
    }

    // connection-model row 121
    @Test
    void of_run_and_call_is_committed_when_the_work_returns() {
        engine.run(connection -> connection.execute(INSERT));
        long id = engine.call(
                connection -> connection.execute(INSERT.returning(TRIP.id)).one());

        assertThat(id).isEqualTo(2);
        assertThat(rows()).isEqualTo(2);
    }

    @Test
    void of_run_is_rolled_back_when_the_work_throws_and_passes_a_checked_exception_through() {
        IOException failure = new IOException("disk");

        assertThatThrownBy(() -> engine.run(connection -> {
                    connection.execute(INSERT);
                    throw failure;
                }))
                .isSameAs(failure);
        assertThat(rows()).isZero();
    }

    // connection-model row 117
    @Test
    void that_has_not_begun_can_be_committed_and_rolled_back_in_vain() {
        try (SqlConnection connection = engine.connect()) {
            connection.commit();
            connection.rollback();
            assertThat(connection.inTransaction()).isFalse();
        }
    }

    // connection-model row 119
    @Test
    void cannot_begin_within_another() {
        try (SqlConnection connection = engine.connect()) {
            connection.begin();
            assertThatIllegalStateException()
                    .isThrownBy(connection::begin)
                    .withMessage("begin() within a transaction, which began by begin() or at the first statement:"
                            + " call commit() or rollback() first");
            connection.rollback();
            connection.execute(select(TRIP));
            assertThatIllegalStateException().isThrownBy(connection::begin);
        }
    }

    @Test
    void as_a_block_rolls_back_unless_it_was_committed() {
        try (SqlConnection connection = engine.connect()) {
            try (Transaction transaction = connection.begin()) {
                assertThat(transaction.isActive()).isTrue();
                connection.execute(INSERT);
            }
            assertThat(rows()).isZero();
            try (Transaction transaction = connection.begin()) {
                connection.execute(INSERT);
                transaction.commit();
                assertThat(transaction.isActive()).isFalse();
            }
            assertThat(rows()).isOne();
        }
    }

    // connection-model row 107
    @Test
    void that_is_closed_is_rolled_back_and_its_connection_can_be_used_on() {
        try (SqlConnection connection = engine.connect()) {
            Transaction transaction = connection.begin();
            connection.execute(INSERT);
            transaction.close();
            transaction.close();
            connection.execute(INSERT);
            connection.commit();
        }
        assertThat(rows()).isOne();
    }

    @Test
    void that_is_finished_cannot_be_committed() {
        try (SqlConnection connection = engine.connect()) {
            Transaction committed = connection.begin();
            committed.commit();
            assertThatIllegalStateException()
                    .isThrownBy(committed::commit)
                    .withMessage("commit() on a transaction that was committed already: nothing was done;"
                            + " call begin() on the connection for a new one");
            Transaction rolledBack = connection.begin();
            connection.rollback();
            assertThatIllegalStateException()
                    .isThrownBy(rolledBack::commit)
                    .withMessageStartingWith("commit() on a transaction that was rolled back already");
        }
    }

    // connection-model row 104
    @Test
    void can_be_rolled_back_twice() {
        try (SqlConnection connection = engine.connect()) {
            Transaction transaction = connection.begin();
            transaction.rollback();
            transaction.rollback();
            assertThat(transaction.isActive()).isFalse();
        }
    }

    @Test
    void that_is_finished_leaves_the_next_one_alone() {
        try (SqlConnection connection = engine.connect()) {
            try (Transaction transaction = connection.begin()) {
                transaction.commit();
                connection.execute(INSERT);
            }
            connection.commit();
        }
        assertThat(rows()).isOne();
    }

    @Test
    void survives_a_failed_statement_until_it_is_rolled_back() {
        try (SqlConnection connection = engine.connect()) {
            Insert<Trip> broken = INSERT.setRaw(TRIP.id, 1L);
            connection.execute(broken);
            assertThatThrownBy(() -> connection.execute(broken)).isInstanceOf(ConstraintViolated.class);
            assertThat(connection.inTransaction()).isTrue();
            connection.rollback();
            connection.execute(INSERT);
            connection.commit();
        }
        assertThat(rows()).isOne();
    }

    // connection-model rows 116, 133
    @Test
    void is_rolled_back_at_close_once_and_not_at_all_if_none_began() {
        FakeDatabase database = new FakeDatabase();
        try (Engine plain = Engine.of(database.dataSource(), Dialects.POSTGRESQL)) {
            try (SqlConnection connection = plain.connect()) {
                connection.execute(select(TRIP));
            }
            plain.connect().close();
        }

        assertThat(database.rollbacks()).isOne();
        assertThat(database.commits()).isZero();
        assertThat(database.open()).isZero();
    }

    @Test
    void sends_nothing_to_begin_and_turns_auto_commit_off_once() {
        FakeDatabase database = new FakeDatabase();
        try (Pool pool = Pool.of(settings -> settings.connections(database::connect));
                Engine pooled = Engine.of(pool, Dialects.POSTGRESQL)) {
            pooled.run(connection -> {
                connection.execute(select(TRIP.id));
                connection.execute(select(TRIP.id));
            });
        }

        assertThat(database.log())
                .containsSubsequence(
                        "connect 1",
                        "setAutoCommit false",
                        "execute SELECT trips.id \nFROM trips",
                        "execute SELECT trips.id \nFROM trips",
                        "commit",
                        "setAutoCommit true")
                .filteredOn(line -> line.startsWith("setAutoCommit"))
                .hasSize(2);
    }

    @Test
    void leaves_a_foreign_connection_in_the_state_in_which_it_came() {
        FakeDatabase database = new FakeDatabase();
        try (Engine plain = Engine.of(database.dataSource(), Dialects.POSTGRESQL)) {
            plain.readOnly(connection -> connection.execute(select(TRIP)).size());
        }

        assertThat(database.log())
                .filteredOn(line -> line.startsWith("set"))
                .containsExactly("setReadOnly true", "setAutoCommit false", "setReadOnly false", "setAutoCommit true");
    }
}
