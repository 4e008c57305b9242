package dev.aludel.engine;

import static dev.aludel.engine.Trip.TRIP;
import static dev.aludel.sql.Sql.createTable;
import static dev.aludel.sql.Sql.insert;
import static dev.aludel.sql.Sql.select;
import static dev.aludel.sql.Sql.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aludel.sql.Column;
import dev.aludel.sql.Command;
import dev.aludel.sql.Insert;
import dev.aludel.sql.Query;
import dev.aludel.sql.Table;
import dev.aludel.sql.Types;
import dev.aludel.sql.Unsafe;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Mistakes that only a real database can find, the same on each. Its subclasses bring the database, with a table
/// of trips whose code is unique and whose seats are checked, and a table of stops that refers to it.
abstract class SchemaErrors {
    private static final Insert<Trip> INSERT =
            insert(TRIP).set(TRIP.code, "v4lue").set(TRIP.seats, 1);

    private final Engine engine = engine();

    abstract Engine engine();

    /// Spells a name as the database tells it.
    abstract String told(String name);

    static void createSchema(Engine engine) {
        engine.run(connection -> {
            connection.execute(createTable(TRIP));
            connection.execute(Unsafe.statement("ALTER TABLE trips ADD CONSTRAINT trips_code_key UNIQUE (code)"));
            connection.execute(Unsafe.statement("ALTER TABLE trips ADD CONSTRAINT trips_seats CHECK (seats > 0)"));
            connection.execute(
                    Unsafe.statement("CREATE TABLE stops (trip_id BIGINT, CONSTRAINT stops_trip FOREIGN KEY (trip_id)"
                            + " REFERENCES trips (id))"));
        });
    }

    @AfterEach
    void no_connection_is_left() throws SQLException {
        assertThat(engine.pool().orElseThrow().snapshot().checkedOut()).isZero();
        engine.close();
        assertNoConnectionLeft();
    }

    void assertNoConnectionLeft() throws SQLException {}

    private <E extends DatabaseException> E failure(Class<E> type, Command... commands) {
        return catchThrowableOfType(
                type,
                () -> engine.run(connection -> {
                    for (Command command : commands) connection.execute(command);
                }));
    }

    private <E extends DatabaseException> E failure(Class<E> type, Query<?> query) {
        return catchThrowableOfType(type, () -> engine.run(connection -> connection.execute(query)));
    }

    @Test
    void a_key_that_is_there_already_is_named_without_its_value() {
        ConstraintViolated violated = failure(ConstraintViolated.class, INSERT, INSERT);

        assertThat(violated.kind()).isEqualTo(ConstraintViolated.Kind.UNIQUE);
        assertThat(violated.constraint()).contains(told("trips_code_key"));
        assertThat(violated.table()).contains(told("trips"));
        assertThat(violated.sqlState()).contains("23505");
        assertThat(violated)
                .hasMessage("the unique key " + told("trips_code_key") + " of table " + told("trips")
                        + " has this value already: use another, or update the row there (SQLState 23505)"
                        + "\n[SQL: INSERT INTO trips (code, seats) VALUES (?, ?)]");
    }

    @Test
    void a_reference_to_nothing_is_named_without_its_value() {
        ConstraintViolated violated = failure(
                ConstraintViolated.class,
                Unsafe.statement("INSERT INTO stops VALUES (?)").bind(Types.LONG, 4711L));

        assertThat(violated.kind()).isEqualTo(ConstraintViolated.Kind.FOREIGN_KEY);
        assertThat(violated.constraint()).contains(told("stops_trip"));
        assertThat(violated)
                .hasMessageStartingWith(
                        "the foreign key " + told("stops_trip") + " of table " + told("stops") + " is broken")
                .hasMessageNotContaining("4711");
    }

    @Test
    void a_missing_value_is_named_by_its_column() {
        ConstraintViolated violated =
                failure(ConstraintViolated.class, insert(TRIP).set(TRIP.seats, 77));

        assertThat(violated.kind()).isEqualTo(ConstraintViolated.Kind.NOT_NULL);
        assertThat(violated.column()).contains(told("code"));
        assertThat(violated)
                .hasMessageStartingWith("column " + told("code"))
                .hasMessageContaining("must not be NULL: give it a value")
                .hasMessageNotContaining("77");
    }

    @Test
    void a_failed_check_is_named_without_the_row() {
        ConstraintViolated violated = failure(ConstraintViolated.class, INSERT.set(TRIP.seats, -77));

        assertThat(violated.kind()).isEqualTo(ConstraintViolated.Kind.CHECK);
        assertThat(violated.constraint()).contains(told("trips_seats"));
        assertThat(violated)
                .hasMessageStartingWith("the check " + told("trips_seats"))
                .hasMessageNotContaining("77")
                .hasMessageNotContaining("v4lue");
    }

    @Test
    void a_value_of_the_wrong_kind_is_not_repeated() {
        DatabaseException failure = failure(
                DatabaseException.class, Unsafe.sql("SELECT CAST(? AS INTEGER)").bind(Types.STRING, "v4lue"));

        assertThat(failure)
                .hasMessageStartingWith("the database refused the statement: a value can")
                .hasMessageNotContaining("v4lue");
    }

    @Test
    void a_table_that_is_missing_is_named_with_its_entity() {
        MappingMismatch mismatch = failure(MappingMismatch.class, select(Ghost.GHOST));

        assertThat(mismatch.table()).contains("ghosts");
        assertThat(mismatch.column()).isEmpty();
        assertThat(mismatch.entity()).contains(Ghost.class);
        assertThat(mismatch)
                .hasMessageStartingWith(
                        "table ghosts of entity Ghost is not in the database: create it, or correct the name"
                                + " in @Entity (SQLState 42")
                .hasMessageEndingWith("\n[SQL: SELECT ghosts.id, ghosts.nickname \nFROM ghosts]");
    }

    @Test
    void a_column_that_is_missing_is_named_with_its_table_and_entity_in_each_kind_of_statement() {
        engine.run(connection -> connection.execute(Unsafe.statement("CREATE TABLE ghosts (id BIGINT)")));
        try {
            assertColumnMissing(failure(MappingMismatch.class, select(Ghost.GHOST)));
            assertColumnMissing(
                    failure(MappingMismatch.class, insert(Ghost.GHOST).set(Ghost.GHOST.nickname, "v4lue")));
            assertColumnMissing(failure(
                    MappingMismatch.class,
                    update(Ghost.GHOST).set(Ghost.GHOST.nickname, "v4lue").where(Ghost.GHOST.id.eq(1L))));
        } finally {
            engine.run(connection -> connection.execute(Unsafe.statement("DROP TABLE ghosts")));
        }
    }

    private static void assertColumnMissing(MappingMismatch mismatch) {
        assertThat(mismatch.table()).contains("ghosts");
        assertThat(mismatch.column()).contains("nickname");
        assertThat(mismatch.entity()).contains(Ghost.class);
        assertThat(mismatch)
                .hasMessageStartingWith("column nickname of table ghosts (entity Ghost) is not in the database: add it,"
                        + " or correct the mapping with @Named (SQLState 42")
                .hasMessageNotContaining("v4lue");
    }

    @Test
    void a_name_in_raw_sql_that_is_missing_is_quoted_from_the_sql_only() {
        MappingMismatch mismatch = failure(MappingMismatch.class, Unsafe.sql("SELECT nope FROM trips"));

        assertThat(mismatch.table()).isEmpty();
        assertThat(mismatch)
                .hasMessageStartingWith(
                        "the statement names a column that is not in the database: add it, or correct the"
                                + " statement (SQLState 42");
    }

    @Test
    void a_syntax_error_is_quoted() {
        DatabaseException failure = failure(DatabaseException.class, Unsafe.sql("SELEC 1"));

        assertThat(failure)
                .hasMessageStartingWith("the database refused the statement: ")
                .hasMessageContaining("SELEC")
                .hasMessageEndingWith("[SQL: SELEC 1]");
    }

    @Test
    void a_statement_without_rows_executed_as_a_query_is_told_so() {
        DatabaseException failure = failure(DatabaseException.class, Unsafe.sql("DELETE FROM trips"));

        assertThat(failure).hasMessageContaining("it gives no rows; execute it as a statement without rows");
    }

    /// An entity whose table, or one column of it, is missing.
    record Ghost(long id) {
        static final Ghosts GHOST = new Ghosts();

        static final class Ghosts extends Table<Ghost> {
            final Column<Ghost, Long> id = column("id", Types.LONG, Column.Trait.ID);
            final Column<Ghost, String> nickname = column("nickname", Types.STRING);

            private Ghosts() {
                super("ghosts", Ghost.class);
            }

            @Override
            public Ghost read(ResultSet row, int first) throws SQLException {
                return new Ghost(row.getLong(first));
            }
        }
    }
}
