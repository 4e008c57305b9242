package dev.aludel.engine;

import static dev.aludel.engine.Trip.TRIP;
import static dev.aludel.sql.Sql.count;
import static dev.aludel.sql.Sql.createTable;
import static dev.aludel.sql.Sql.delete;
import static dev.aludel.sql.Sql.insert;
import static dev.aludel.sql.Sql.select;
import static dev.aludel.sql.Sql.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ch.qos.logback.classic.Level;
import dev.aludel.engine.Databases.Server;
import dev.aludel.servers.Postgres;
import dev.aludel.sql.Dialects;
import dev.aludel.sql.Insert;
import dev.aludel.sql.Types;
import dev.aludel.sql.Unsafe;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// An engine on a real PostgreSQL; after each test the server itself must know of no connection.
@DisplayNameGeneration(ReplaceUnderscores.class)
class PostgresTest {
    private static final Server SERVER = Server.create("engine");
    private static final Insert<Trip> INSERT =
            insert(TRIP).set(TRIP.code, Secrets.WORD).set(TRIP.seats, 1);

    @RegisterExtension
    final Secrets secrets = new Secrets();

    private final Engine engine = engine(options -> options.poolSize(2).statementTimeout(Duration.ofSeconds(1)));

    private static Engine engine(Consumer<Options> options) {
        return Engine.create(SERVER.url().replace("postgres@", "postgres:" + Secrets.WORD + "@"), options);
    }

    @BeforeAll
    static void create_the_table() {
        try (Engine engine = SERVER.engine(options -> {})) {
            engine.run(connection -> {
                connection.execute(createTable(TRIP));
                connection.execute(Unsafe.statement("ALTER TABLE trips ADD CONSTRAINT trips_code_key UNIQUE (code)"
                        + " DEFERRABLE INITIALLY DEFERRED"));
            });
        }
    }

    @BeforeEach
    void empty_the_table() {
        engine.run(connection -> connection.execute(Unsafe.statement("TRUNCATE trips RESTART IDENTITY")));
    }

    @AfterEach
    void no_connection_is_left() throws SQLException {
        assertThat(engine.pool().orElseThrow().snapshot().checkedOut()).isZero();
        assertThat(SERVER.transactions()).isZero();
        engine.close();
        SERVER.assertNoConnectionLeft();
    }

    @Test
    void inserts_reads_updates_and_deletes() {
        long id = engine.call(
                connection -> connection.execute(INSERT.returning(TRIP.id)).one());
        Trip trip = engine.read(select(TRIP).where(TRIP.id.eq(id))).one();
        long updated = engine.call(
                connection -> connection.execute(update(TRIP).set(TRIP.seats, 3).where(TRIP.id.eq(id))));
        long deleted = engine.call(connection -> connection.execute(delete(TRIP).where(TRIP.seats.eq(3))));

        assertThat(trip).isEqualTo(new Trip(1, Secrets.WORD, 1));
        assertThat(updated).isOne();
        assertThat(deleted).isOne();
        assertThat(engine.read(select(count()).from(TRIP)).scalarOne()).isZero();
    }

    @Test
    void logs_a_cycle_as_the_model_does() {
        try (Engine telling = engine(options -> options.name("postgres-test").logValues(true))) {
            telling.read(select(TRIP)); // what is said of the first connection
            logsACycle(telling);
        }
    }

    private static void logsACycle(Engine telling) {
        try (LogLines log = LogLines.of("dev.aludel.engine.Engine.postgres-test", Level.TRACE)) {
            telling.run(connection ->
                    connection.execute(INSERT.set(TRIP.code, "v4lue").returning(TRIP)));

            String logger = " dev.aludel.engine.Engine.postgres-test ";
            assertThat(log.lines())
                    .containsExactly(
                            "DEBUG" + logger + "BEGIN (implicit)",
                            "DEBUG" + logger + "INSERT INTO trips (code, seats) VALUES (?, ?)"
                                    + " RETURNING trips.id, trips.code, trips.seats",
                            "DEBUG" + logger + "[generated in <t>s] {'code': 'v4lue', 'seats': 1}",
                            "TRACE" + logger + "Col ('id', 'code', 'seats')",
                            "TRACE" + logger + "Row (1, 'v4lue', 1)",
                            "DEBUG" + logger + "COMMIT");
        }
    }

    @Test
    void holds_no_transaction_open_after_a_read() throws SQLException {
        engine.read(select(TRIP));

        assertThat(SERVER.connections()).isPositive();
        assertThat(SERVER.transactions()).isZero();
    }

    @Test
    void refuses_writes_of_a_function_within_read_only() {
        engine.run(connection -> connection.execute(Unsafe.statement(
                "CREATE OR REPLACE FUNCTION sneak() RETURNS int LANGUAGE sql AS 'DELETE FROM trips; SELECT 1'")));

        secrets.assertThatThrownBy(
                        () -> engine.readOnly(connection -> connection.execute(Unsafe.sql("SELECT sneak()"))))
                .isExactlyInstanceOf(DatabaseException.class)
                .hasMessageContaining("the transaction is read-only");
        int one = engine.call(connection -> connection
                .execute(Unsafe.sql("SELECT sneak()").as(Types.INTEGER))
                .size());
        assertThat(one).isOne();
    }

    @Test
    void after_a_broken_constraint_is_usable_for_rollback() {
        try (SqlConnection connection = engine.connect()) {
            connection.execute(INSERT.setRaw(TRIP.id, 7L));
            secrets.assertThatThrownBy(() -> connection.execute(INSERT.setRaw(TRIP.id, 7L)))
                    .isInstanceOf(ConstraintViolated.class)
                    .cause()
                    .hasMessageNotContaining("Key (id)");
            secrets.assertThatThrownBy(() -> connection.execute(select(TRIP)))
                    .isExactlyInstanceOf(DatabaseException.class)
                    .hasMessageContaining("an earlier statement of this transaction failed; call rollback()");

            connection.rollback();
            assertThat(connection.execute(select(TRIP)).all()).isEmpty();
        }
    }

    @Test
    void on_a_foreign_data_source_that_tells_details_keeps_values_out_of_the_text() {
        try (Engine plain = Engine.of(Postgres.shared().dataSource(SERVER.database()), Dialects.POSTGRESQL)) {
            secrets.assertThatThrownBy(() -> plain.run(connection -> {
                        connection.execute(INSERT.setRaw(TRIP.id, 4711L));
                        connection.execute(INSERT.setRaw(TRIP.id, 4711L));
                    }))
                    .isInstanceOf(ConstraintViolated.class)
                    .hasMessageNotContaining("4711")
                    .cause()
                    .hasMessageContaining("Key (id)=(4711) already exists");
        }
    }

    // connection-model rows 76, 77
    @Test
    void whose_commit_breaks_a_deferred_constraint_keeps_nothing() {
        secrets.assertThatThrownBy(() -> engine.run(connection -> {
                    connection.execute(INSERT);
                    connection.execute(INSERT);
                }))
                .isInstanceOf(ConstraintViolated.class)
                .hasMessageContaining("trips_code_key");
        assertThat(engine.read(select(TRIP)).all()).isEmpty();
    }

    // connection-model row 134
    @Test
    void closed_in_a_transaction_leaves_no_lock() {
        try (SqlConnection reader = engine.connect()) {
            reader.execute(select(TRIP));
        }
        engine.run(connection -> connection.execute(Unsafe.statement("LOCK TABLE trips NOWAIT")));
    }

    // F17
    @Test
    void stops_a_statement_after_its_timeout() {
        secrets.assertThatThrownBy(
                        () -> engine.run(connection -> connection.execute(Unsafe.sql("SELECT pg_sleep(60)"))))
                .isInstanceOf(StatementTimeout.class)
                .hasMessageContaining("its timeout here is 1 s")
                .hasMessageEndingWith("(SQLState 57014)\n[SQL: SELECT pg_sleep(60)]");
    }

    // F19
    // connection-model rows 79, 97, 118
    @Test
    void that_an_administrator_cut_off_takes_a_new_connection_after_rollback() {
        try (SqlConnection connection = engine.connect();
                SqlConnection admin = engine.connect()) {
            connection.execute(INSERT);
            Object backend =
                    connection.execute(Unsafe.sql("SELECT pg_backend_pid()")).scalarOne();
            admin.execute(Unsafe.sql("SELECT pg_terminate_backend(?)").bind(Types.INTEGER, (Integer) backend));

            secrets.assertThatThrownBy(() -> connection.execute(select(TRIP)))
                    .isInstanceOf(ConnectionLost.class)
                    .hasMessageStartingWith("the connection to postgresql://postgres:***@localhost:")
                    .hasMessageContaining("/engine_");
            assertThatIllegalStateException().isThrownBy(() -> connection.execute(select(TRIP)));
            connection.rollback();
            assertThat(connection.execute(select(TRIP)).all()).isEmpty();
        }
    }

    // F26
    @Test
    void tells_the_victim_of_a_deadlock_to_run_again() throws Exception {
        engine.run(connection -> {
            connection.execute(INSERT.setRaw(TRIP.id, 1L));
            connection.execute(INSERT.setRaw(TRIP.id, 2L).set(TRIP.code, "B"));
        });
        try (Engine patient = engine(options -> options.poolSize(2));
                SqlConnection a = patient.connect();
                SqlConnection b = patient.connect()) {
            a.execute(update(TRIP).set(TRIP.seats, 2).where(TRIP.id.eq(1L)));
            b.execute(update(TRIP).set(TRIP.seats, 2).where(TRIP.id.eq(2L)));
            FutureTask<Boolean> other = new FutureTask<>(() -> isVictim(a, 2L));
            Thread.ofVirtual().start(other);

            assertThat(List.of(isVictim(b, 1L), other.get(20, TimeUnit.SECONDS)))
                    .containsOnlyOnce(true);
        }
    }

    private boolean isVictim(SqlConnection connection, long id) {
        try {
            connection.execute(update(TRIP).set(TRIP.seats, 3).where(TRIP.id.eq(id)));
            return false;
        } catch (TransactionRolledBack rolledBack) {
            assertThat(secrets.thrown(rolledBack))
                    .hasMessageStartingWith(
                            "the database rolled the transaction back to end a deadlock: call rollback()"
                                    + " and run the whole unit again (SQLState 40P01)");
            return true;
        } finally {
            connection.rollback();
        }
    }
}
