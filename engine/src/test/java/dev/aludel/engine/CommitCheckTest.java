package dev.aludel.engine;

import static dev.aludel.engine.Trip.TRIP;
import static dev.aludel.sql.Sql.delete;
import static dev.aludel.sql.Sql.select;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aludel.sql.Delete;
import dev.aludel.sql.Dialects;
import dev.aludel.testkit.FakeDatabase;
import dev.aludel.testkit.Rows;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is asked, and what is made of the answers. Those of a real PostgreSQL are in [LostCommitTest].
@DisplayNameGeneration(ReplaceUnderscores.class)
class CommitCheckTest {
    private static final Delete<Trip> DELETE = delete(TRIP).where(TRIP.id.eq(7L));

    private final FakeDatabase database = new FakeDatabase();
    private final Engine engine = engine(Duration.ofMillis(100));

    private Engine engine(Duration bound) {
        return Engine.of(database.dataSource(), Dialects.POSTGRESQL, options -> options.commitCheck(bound));
    }

    @AfterEach
    void no_connection_is_left() {
        assertThat(database.open()).isZero();
    }

    private void ticketIs(@Nullable Object id, @Nullable Object timeline) {
        database.answer(
                sql -> sql.startsWith("SELECT txid_current_if_assigned()"),
                Rows.columns("id", "timeline").row(id, timeline));
    }

    private void statusIs(@Nullable Object status) {
        database.answer(
                sql -> sql.contains("txid_status(?)"), Rows.columns("status").row(status));
    }

    private void deletes() {
        engine.run(connection -> connection.execute(DELETE));
    }

    private long asked() {
        return database.log().stream().filter(line -> line.contains("txid_")).count();
    }

    @Test
    void asks_for_the_number_of_a_transaction_and_for_nothing_else_while_all_goes_well() {
        ticketIs(742L, "00000001");

        deletes();

        assertThat(asked()).isOne();
        assertThat(database.commits()).isOne();
    }

    @Test
    void asks_for_nothing_in_a_read_only_transaction() {
        engine.readOnly(connection -> connection.execute(select(TRIP.id)));

        assertThat(asked()).isZero();
    }

    @Test
    void asks_nothing_of_a_transaction_that_has_no_number() {
        ticketIs(null, "00000001");
        database.next("commit").losesConnection();

        assertThatThrownBy(this::deletes)
                .isInstanceOfSatisfying(
                        CommitOutcomeUnknown.class,
                        failure -> assertThat(failure.transactionId()).isEmpty());
        assertThat(asked()).isOne();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"in progress", "a word of tomorrow"})
    void leaves_unknown_what_the_database_cannot_tell(@Nullable String status) {
        ticketIs(742L, "00000001");
        statusIs(status);
        database.next("commit").losesConnection();

        assertThatThrownBy(this::deletes)
                .isInstanceOfSatisfying(
                        CommitOutcomeUnknown.class,
                        failure -> assertThat(failure.transactionId()).hasValue(742));
    }

    /// A COMMIT is often found lost when the request's time is over.
    @Test
    void asks_though_the_deadline_of_the_work_has_passed() {
        AtomicBoolean passed = new AtomicBoolean();
        ticketIs(742L, "00000001");
        statusIs("committed");
        database.next("commit").runs(() -> passed.set(true)).losesConnection();
        try (Engine pooled = Engine.create(
                "postgresql://app@localhost/trips",
                options -> options.commitCheck(Duration.ofSeconds(30))
                        .pool(settings -> settings.connections(database::connect)))) {
            WorkDeadline.<Long, RuntimeException>within(
                    () -> Duration.ofSeconds(passed.get() ? -1 : 60),
                    () -> pooled.call(connection -> connection.execute(DELETE)));
        }

        assertThat(passed).isTrue();
        assertThat(asked()).isEqualTo(2);
    }

    @Test
    void asks_again_while_the_transaction_is_under_way() {
        Engine patient = engine(Duration.ofSeconds(30));
        ticketIs(742L, "00000001");
        statusIs("in progress");
        database.next("commit").losesConnection();
        AtomicInteger asks = new AtomicInteger();
        database.every("executeQuery").onSql(sql -> sql.contains("txid_status")).runs(() -> {
            if (asks.incrementAndGet() == 3) statusIs("committed");
        });

        patient.run(connection -> connection.execute(DELETE));

        assertThat(asks).hasValue(3);
    }

    @Test
    void takes_a_connection_that_is_lost_before_the_commit_for_lost() {
        database.next("executeQuery").onSql(sql -> sql.contains("txid_current")).losesConnection();

        assertThatThrownBy(this::deletes)
                .isInstanceOf(ConnectionLost.class)
                .hasMessageContaining("and the transaction with it");
        assertThat(database.commits()).isZero();
    }

    @Test
    void says_that_nothing_was_kept_if_the_transaction_had_failed_before() {
        database.next("executeQuery")
                .onSql(sql -> sql.contains("txid_current"))
                .fails(new SQLException("current transaction is aborted", "25P02"));

        assertThatThrownBy(this::deletes)
                .isExactlyInstanceOf(DatabaseException.class)
                .hasMessageStartingWith("COMMIT failed, nothing of the transaction was kept; call rollback()");
        assertThat(database.commits()).isZero();
    }

    @Test
    void is_refused_for_a_database_that_knows_nothing_of_the_kind() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Engine.create("h2:mem:check", options -> options.commitCheck(Duration.ofSeconds(1))))
                .withMessage("commitCheck must not be set for h2, but was PT1S: only PostgreSQL knows");
    }
}
