package dev.aludel.engine;

import static dev.aludel.engine.Trip.TRIP;
import static dev.aludel.sql.Sql.delete;
import static dev.aludel.sql.Sql.select;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aludel.sql.Delete;
import dev.aludel.sql.Dialects;
import dev.aludel.testkit.Caller;
import dev.aludel.testkit.FakeDatabase;
import dev.aludel.testkit.Rows;
import dev.aludel.testkit.VirtualClock;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
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

    /// But for the first time, when it is found out whether the user may ask, by asking both.
    private long asked() {
        return database.log().stream()
                        .filter(line -> line.contains("txid_") && !line.contains("has_function_privilege"))
                        .count()
                - 2;
    }

    private void mayNotAskForAStatus() {
        database.every("executeQuery")
                .onSql(sql -> sql.contains("txid_status(?)"))
                .fails(new SQLException("permission denied", "42501"));
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

        assertThat(database.log()).noneMatch(line -> line.contains("txid_"));
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
        database.every("executeQuery")
                .onSql(sql -> sql.contains("txid_status(?)"))
                .runs(() -> {
                    if (asks.incrementAndGet() == 4) statusIs("committed"); // the first is whether one may ask
                });

        patient.run(connection -> connection.execute(DELETE));

        assertThat(asks).hasValue(4);
    }

    @Test
    void asks_ever_less_often_by_the_engines_time_until_the_bound() {
        VirtualClock clock = new VirtualClock();
        Engine timed = Engine.of(
                database.dataSource(),
                Dialects.POSTGRESQL,
                options -> options.commitCheck(Duration.ofSeconds(30))
                        .ticker(clock)
                        .park(clock::parkNanos));
        ticketIs(742L, "00000001");
        statusIs("in progress");
        database.next("commit").losesConnection();
        AtomicInteger asks = new AtomicInteger();
        database.every("executeQuery")
                .onSql(sql -> sql.contains("txid_status(?)"))
                .runs(asks::incrementAndGet);

        Caller<Long> caller = Caller.start("caller", () -> timed.call(connection -> connection.execute(DELETE)));

        int most = 1; // whether one may ask
        for (long pause : List.of(20, 40, 80, 160, 320, 640, 1_000, 1_000)) {
            clock.awaitParked(caller.thread());
            assertThat(asks).hasValue(++most);
            clock.advance(Duration.ofMillis(pause).minusNanos(1));
            clock.awaitParked(caller.thread());
            assertThat(asks).hasValue(most);
            clock.advance(Duration.ofNanos(1));
        }
        clock.awaitParked(caller.thread());
        clock.advance(Duration.ofSeconds(30));
        assertThat(caller.failure()).isInstanceOf(CommitOutcomeUnknown.class);
    }

    @Test
    void looks_once_whether_the_user_may_ask() {
        ticketIs(742L, "00000001");

        deletes();
        deletes();

        assertThat(database.log()).noneMatch(line -> line.contains("has_function_privilege"));
        assertThat(asked()).isEqualTo(2);
    }

    @Test
    void asks_nothing_for_a_user_who_may_not() {
        mayNotAskForAStatus();

        deletes();
        deletes();

        assertThat(asked()).isZero();
        assertThat(database.commits()).isEqualTo(2);
    }

    @Test
    void tells_of_a_transaction_that_is_lost_with_what_was_refused_and_of_that_as_well() {
        SQLException lost = new SQLException("gone", "08006");
        mayNotAskForAStatus();
        database.next("rollback").fails(lost);

        assertThatThrownBy(this::deletes).isInstanceOf(ConnectionLost.class).hasCause(lost);
        assertThat(lost.getSuppressed()).singleElement().asString().contains("permission denied");
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
