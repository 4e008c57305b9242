package dev.aludel.engine;

import static dev.aludel.engine.Trip.TRIP;
import static dev.aludel.sql.Sql.count;
import static dev.aludel.sql.Sql.createTable;
import static dev.aludel.sql.Sql.insert;
import static dev.aludel.sql.Sql.select;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aludel.engine.CommitCheck.Outcome;
import dev.aludel.engine.CommitCheck.Ticket;
import dev.aludel.engine.Databases.Server;
import dev.aludel.servers.Postgres;
import dev.aludel.sql.Insert;
import dev.aludel.sql.Unsafe;
import dev.aludel.testkit.FaultProxy;
import dev.aludel.testkit.NetworkFault;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The connection to a real PostgreSQL is cut just before COMMIT reaches it, or just before its answer
/// comes back. (F03)
@DisplayNameGeneration(ReplaceUnderscores.class)
class LostCommitTest {
    private static final Server SERVER = Server.create("lost_commit");
    private static final Insert<Trip> INSERT =
            insert(TRIP).set(TRIP.code, Secrets.WORD).set(TRIP.seats, 1);

    /// How long the database may take to notice that a client has gone, on a slow machine.
    private static final Duration LONG = Duration.ofSeconds(30);

    @RegisterExtension
    final Secrets secrets = new Secrets();

    private final FaultProxy proxy = FaultProxy.to(Postgres.shared().port());
    private final List<Engine> engines = new ArrayList<>();

    @BeforeAll
    static void create_the_table() {
        try (Engine engine = SERVER.engine(options -> {})) {
            engine.run(connection -> connection.execute(createTable(TRIP)));
        }
    }

    @BeforeEach
    void empty_the_table() {
        try (Engine engine = SERVER.engine(options -> {})) {
            engine.run(connection -> connection.execute(Unsafe.statement("TRUNCATE trips")));
        }
    }

    @AfterEach
    void no_connection_is_left_and_no_secret_was_told() throws SQLException {
        engines.forEach(engine -> {
            assertThat(engine.pool().orElseThrow().snapshot().checkedOut()).isZero();
            engine.close();
        });
        proxy.close();
        SERVER.assertNoConnectionLeft();
        assertThat(engines.toString()).doesNotContain(Secrets.WORD);
    }

    private Engine engine(Consumer<Options> configure) {
        String url = "postgresql://postgres:" + Secrets.WORD + "@127.0.0.1:" + proxy.port() + "/" + SERVER.database();
        Engine engine = Engine.create(url, options -> configure.accept(options.poolSize(2)));
        engines.add(engine);
        return engine;
    }

    private <E extends Throwable> E failure(Class<E> type, Engine engine, NetworkFault fault) {
        E failure = catchThrowableOfType(
                type,
                () -> engine.run(connection -> {
                    connection.execute(INSERT);
                    proxy.strikeOpen(fault);
                }));
        secrets.thrown(failure);
        return failure;
    }

    private static long rows() {
        try (Engine engine = SERVER.engine(options -> {})) {
            return engine.read(select(count()).from(TRIP)).scalarOne();
        }
    }

    @Test
    void after_the_commit_has_an_outcome_that_is_not_known_and_the_row_is_there() {
        CommitOutcomeUnknown failure =
                failure(CommitOutcomeUnknown.class, engine(options -> {}), NetworkFault.CUT_AFTER_COMMIT);

        assertThat(failure)
                .hasMessageContaining("was lost during COMMIT: whether it took effect is not known")
                .hasMessageNotContaining("txid_status");
        assertThat(failure.transactionId()).isEmpty();
        assertThat(rows()).isOne();
    }

    @Test
    void before_the_commit_has_an_outcome_that_is_not_known_and_the_row_is_not_there() {
        failure(CommitOutcomeUnknown.class, engine(options -> {}), NetworkFault.CUT_BEFORE_COMMIT);

        assertThat(rows()).isZero();
    }

    @Test
    void with_a_check_without_time_says_by_which_number_the_database_can_be_asked() {
        CommitOutcomeUnknown failure = failure(
                CommitOutcomeUnknown.class,
                engine(options -> options.commitCheck(Duration.ZERO)),
                NetworkFault.CUT_AFTER_COMMIT);

        long id = failure.transactionId().orElseThrow();
        assertThat(failure)
                .hasMessageContaining("(SELECT txid_status(" + id + "), which tells of this run of this server only)");
        try (Engine engine = SERVER.engine(options -> {})) {
            String status = engine.call(connection -> connection.jdbc(jdbc -> {
                try (var statement = jdbc.createStatement();
                        var row = statement.executeQuery("SELECT txid_status(" + id + ")")) {
                    row.next();
                    return row.getString(1);
                }
            }));
            assertThat(status).isEqualTo("committed");
        }
    }

    @Test
    void after_the_commit_is_not_seen_at_all_if_the_database_is_asked() {
        Engine engine = engine(options -> options.commitCheck(LONG));

        try (SqlConnection connection = engine.connect()) {
            Transaction transaction = connection.begin();
            connection.execute(INSERT);
            proxy.strikeOpen(NetworkFault.CUT_AFTER_COMMIT);

            transaction.commit();

            assertThat(proxy.cuts()).isOne();
            assertThat(transaction.isActive()).isFalse();
            assertThat(connection.execute(select(count()).from(TRIP)).scalarOne())
                    .as("on another connection")
                    .isOne();
        }
        assertThat(secrets.lines())
                .anyMatch(line -> line.matches("INFO dev\\.aludel\\.engine\\.Engine COMMIT of transaction \\d+ was not"
                        + " answered; the database says: COMMITTED"));
    }

    @Test
    void before_the_commit_is_a_rollback_if_the_database_is_asked() {
        Engine engine = engine(options -> options.commitCheck(LONG));
        try (SqlConnection connection = engine.connect()) {
            connection.execute(INSERT);
            proxy.strikeOpen(NetworkFault.CUT_BEFORE_COMMIT);

            TransactionRolledBack failure = catchThrowableOfType(TransactionRolledBack.class, connection::commit);
            secrets.thrown(failure);

            assertThat(failure)
                    .hasMessage("COMMIT was not answered by postgresql://postgres:***@127.0.0.1:" + proxy.port() + "/"
                            + SERVER.database()
                            + ", which says now that it rolled the transaction back: call rollback()"
                            + " and run the whole unit again (SQLState 08006)")
                    .hasCauseInstanceOf(SQLException.class);
            assertThatIllegalStateException()
                    .isThrownBy(() -> connection.execute(INSERT))
                    .withMessageContaining("call rollback() first");
            connection.rollback();
            assertThat(connection.execute(select(count()).from(TRIP)).scalarOne())
                    .isZero();
        }
    }

    @Test
    void stays_unknown_if_the_database_cannot_be_asked_in_time() {
        Engine engine = engine(options -> options.commitCheck(Duration.ofMillis(200)));
        CommitOutcomeUnknown failure = catchThrowableOfType(
                CommitOutcomeUnknown.class,
                () -> engine.run(connection -> {
                    connection.execute(INSERT);
                    proxy.strikeOpen(NetworkFault.CUT_AFTER_COMMIT);
                    proxy.strikeNew(NetworkFault.REFUSE);
                }));
        secrets.thrown(failure);

        assertThat(failure.transactionId()).isPresent();
        assertThat(failure.getSuppressed()).isNotEmpty().allMatch(DatabaseException.class::isInstance);
        assertThat(rows()).isOne();
    }

    @Test
    void cannot_be_judged_by_a_number_of_another_run_of_the_server() {
        CommitOutcomeUnknown failure = failure(
                CommitOutcomeUnknown.class,
                engine(options -> options.commitCheck(Duration.ZERO)),
                NetworkFault.CUT_AFTER_COMMIT);
        long id = failure.transactionId().orElseThrow();
        CommitCheck check = new CommitCheck(engine(options -> {}), LONG);

        String run = run(check);

        assertThat(run).startsWith("00000001 ");
        assertThat(check.outcome(new Ticket(id, run), failure)).isEqualTo(Outcome.COMMITTED);
        assertThat(check.outcome(new Ticket(id, run.replaceFirst("^00000001", "00000002")), failure))
                .as("another timeline")
                .isEqualTo(Outcome.UNKNOWN);
        assertThat(check.outcome(new Ticket(id, run.replaceFirst(" \\d+", " 1")), failure))
                .as("started at another time")
                .isEqualTo(Outcome.UNKNOWN);
        assertThat(check.outcome(new Ticket(id + 1_000_000, run), failure))
                .as("one that was never given")
                .isEqualTo(Outcome.UNKNOWN);
    }

    /// Returns the run of the server.
    private String run(CommitCheck check) {
        return engine(options -> {}).call(connection -> {
            connection.execute(INSERT);
            Ticket ticket = connection.jdbc(check::ticket);
            connection.rollback();
            return Objects.requireNonNull(ticket).run();
        });
    }

    @Test
    void is_not_run_again_by_who_retries_since_it_may_have_taken_effect() {
        Engine engine = engine(options -> {});
        List<Integer> runs = new ArrayList<>();

        CommitOutcomeUnknown failure = catchThrowableOfType(
                CommitOutcomeUnknown.class,
                () -> engine.retrying(Retry.atMost(3)).run(connection -> {
                    runs.add(runs.size());
                    connection.execute(INSERT);
                    proxy.strikeOpen(NetworkFault.CUT_AFTER_COMMIT);
                }));
        secrets.thrown(failure);

        assertThat(runs).hasSize(1);
        assertThat(rows()).isOne();
    }

    @Test
    void is_run_again_by_who_retries_if_that_was_declared_idempotent() {
        Engine engine = engine(options -> {});
        List<Integer> runs = new ArrayList<>();

        engine.retrying(Retry.atMost(3).declaredIdempotent()).run(connection -> {
            runs.add(runs.size());
            connection.execute(INSERT);
            if (runs.size() == 1) proxy.strikeOpen(NetworkFault.CUT_AFTER_COMMIT);
        });

        assertThat(runs).hasSize(2);
        assertThat(rows()).as("it took effect twice").isEqualTo(2);
    }

    @Test
    void is_run_again_by_who_retries_and_has_the_database_asked_only_if_it_was_rolled_back() {
        Engine engine = engine(options -> options.commitCheck(LONG));
        List<Integer> runs = new ArrayList<>();

        engine.retrying(Retry.atMost(3)).run(connection -> {
            runs.add(runs.size());
            connection.execute(INSERT);
            proxy.strikeOpen(runs.size() == 1 ? NetworkFault.CUT_BEFORE_COMMIT : NetworkFault.CUT_AFTER_COMMIT);
        });

        assertThat(runs).hasSize(2);
        assertThat(rows()).isOne();
    }
}
