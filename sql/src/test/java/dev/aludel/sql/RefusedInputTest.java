package dev.aludel.sql;

import static dev.aludel.sql.Driver.DRIVER;
import static dev.aludel.sql.Sql.count;
import static dev.aludel.sql.Sql.createTables;
import static dev.aludel.sql.Sql.delete;
import static dev.aludel.sql.Sql.insert;
import static dev.aludel.sql.Sql.select;
import static dev.aludel.sql.Sql.sum;
import static dev.aludel.sql.Sql.update;
import static dev.aludel.sql.Trip.TRIP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class RefusedInputTest {
    private static final String SECRET = "hunter2";

    record Refused(String what, ThrowingCallable attempt, String message) {
        @Override
        public String toString() {
            return what;
        }
    }

    static List<Refused> refused() {
        return List.of(
                new Refused(
                        "an update that does not say which rows",
                        () -> update(TRIP).set(TRIP.seats, 1).key(),
                        "update(trips) has no condition: add where(…), or everywhere() if all rows are meant"),
                new Refused(
                        "an update whose list of conditions is empty",
                        () -> update(TRIP)
                                .set(TRIP.seats, 1)
                                .where(new Condition[0])
                                .binds(),
                        "update(trips) has no condition: add where(…), or everywhere() if all rows are meant"),
                new Refused(
                        "an update that sets nothing",
                        () -> update(TRIP).everywhere().key(),
                        "update(trips) sets no column: add set(…)"),
                new Refused(
                        "a delete that does not say which rows",
                        () -> Dialects.H2.render(delete(TRIP)),
                        "delete(trips) has no condition: add where(…), or everywhere() if all rows are meant"),
                new Refused(
                        "the same with rows to give",
                        () -> delete(TRIP).returning(TRIP.id).key(),
                        "delete(trips) has no condition: add where(…), or everywhere() if all rows are meant"),
                new Refused(
                        "some rows and all rows",
                        () -> delete(TRIP).where(TRIP.id.eq(1L)).everywhere(),
                        "where(…) and everywhere() contradict each other: call one of them"),
                new Refused(
                        "all rows and some rows",
                        () -> update(TRIP).everywhere().where(TRIP.id.eq(1L)),
                        "where(…) and everywhere() contradict each other: call one of them"),
                new Refused(
                        "a column of another table",
                        () -> insert(TRIP).setRaw(foreign(), 1L),
                        "column drivers.id is not one of trips: only its own columns can be set"),
                new Refused(
                        "a column of an alias",
                        () -> update(TRIP).set(TRIP.as("t").column(TRIP.seats), 1),
                        "column t.seats is not one of trips: only its own columns can be set"),
                new Refused(
                        "a value of another type",
                        () -> insert(TRIP).setRaw(TRIP.seats, SECRET),
                        "trips.seats takes java.lang.Integer, but was given java.lang.String"),
                new Refused(
                        "rows that set different columns",
                        () -> insert(TRIP)
                                .set(TRIP.code, "a")
                                .row()
                                .set(TRIP.seats, 1)
                                .key(),
                        "the rows of an insert into trips must set the same columns, but one sets [trips.code] and another [trips.seats]"),
                new Refused(
                        "several rows of defaults",
                        () -> insert(TRIP).row().key(),
                        "insert(trips) of 2 rows sets no column: insert rows of defaults one by one"),
                new Refused(
                        "a list of no rows",
                        () -> insert(TRIP).rows(List.of(TRIP.code), List.of()),
                        "an insert into trips needs a row, but was given none"),
                new Refused(
                        "a row of the wrong length",
                        () -> insert(TRIP).rows(List.of(TRIP.code), List.of(List.of("a", 1))),
                        "a row for trips has 2 values for 1 columns"),
                new Refused(
                        "NUL in a value",
                        () -> insert(TRIP).set(TRIP.code, SECRET + "\0"),
                        "trips.code cannot hold a text with a NUL character, but was given one at index 7: remove it"),
                new Refused(
                        "NUL in a row",
                        () -> insert(TRIP).rows(List.of(TRIP.code), List.of(List.of("\0"))),
                        "trips.code cannot hold a text with a NUL character, but was given one at index 0: remove it"),
                new Refused(
                        "NUL in a condition",
                        () -> TRIP.code.eq(SECRET + "\0"),
                        "trips.code cannot hold a text with a NUL character, but was given one at index 7: remove it"),
                new Refused(
                        "NUL in a list",
                        () -> TRIP.code.in(List.of("a", "b\0")),
                        "trips.code cannot hold a text with a NUL character, but was given one at index 1: remove it"),
                new Refused(
                        "NUL in a pattern",
                        () -> TRIP.code.like("%\0"),
                        "trips.code cannot hold a text with a NUL character, but was given one at index 1: remove it"),
                new Refused(
                        "NUL in a value for raw SQL",
                        () -> Unsafe.sql("select ?").bind(Types.STRING, "\0"),
                        "param_1 cannot hold a text with a NUL character, but was given one at index 0: remove it"),
                new Refused(
                        "NUL in raw SQL",
                        () -> Unsafe.statement("select\0"),
                        "the SQL has a NUL character at index 6: remove it"),
                new Refused("no raw SQL", () -> Unsafe.sql(" "), "the SQL must not be empty"),
                new Refused(
                        "a comparison with null",
                        () -> comparedWithNull(),
                        "comparing trips.id with null is never true in SQL: use isNull() or isNotNull()"),
                new Refused(
                        "null among the values of a list",
                        () -> TRIP.id.in(Collections.singletonList(null)),
                        "the list for trips.id holds null, which no value equals in SQL: use isNull() beside in(…)"),
                new Refused(
                        "like on a number",
                        () -> TRIP.seats.like("3%"),
                        "like compares text, but trips.seats holds java.lang.Integer: compare it with eq, lt, between …"),
                new Refused(
                        "an aggregate of an aggregate",
                        () -> sum(sum(TRIP.seats).as("s")),
                        "sum(sum(…)) is not SQL: aggregate once, then aggregate the result"),
                new Refused("a negative limit", () -> select(TRIP).limit(-1), "limit must be 0 or more, but was -1"),
                new Refused("a negative offset", () -> select(TRIP).offset(-2), "offset must be 0 or more, but was -2"),
                new Refused(
                        "a table that is used but not selected from",
                        () -> Dialects.H2.render(select(TRIP.id).where(DRIVER.name.eq(SECRET))),
                        "the statement uses drivers.name, but not the table drivers: add from(drivers) or join(drivers)."
                                + " It reads: SELECT trips.id \nFROM trips \nWHERE drivers.name = ?"),
                new Refused(
                        "another table in a delete",
                        () -> Dialects.POSTGRESQL.render(delete(TRIP).where(DRIVER.name.eq(SECRET))),
                        "the statement uses drivers.name, but not the table drivers: a change can use the columns of its"
                                + " own table only. It reads: DELETE FROM trips WHERE drivers.name = ?"),
                new Refused(
                        "a join of the same table",
                        () -> select(TRIP).join(TRIP),
                        "trips is in the statement already: join it under another name, by as(…)"),
                new Refused(
                        "a join without a foreign key",
                        () -> select(TRIP).join(Bare.BARE),
                        "join(bare) must follow the one foreign key between it and trips, but none is declared:"
                                + " name the condition, join(bare, …)"),
                new Refused(
                        "a join with two foreign keys",
                        () -> select(OddTables.leg()).join(Stop.STOP),
                        "join(stops) must follow the one foreign key between it and legs, but there are 2:"
                                + " [stops.id = legs.from_id, stops.id = legs.to_id]: name the condition, join(stops, …)"),
                new Refused(
                        "a join to nothing",
                        () -> select(count()).join(TRIP),
                        "join(trips) has nothing to join to: call from(…) first"),
                new Refused(
                        "from after a join",
                        () -> select(TRIP).join(DRIVER).from(DRIVER),
                        "from(drivers) comes after a join: call from(…) first"),
                new Refused(
                        "a column that the alias does not have",
                        () -> TRIP.as("t").column(TRIP.as("u").column(TRIP.id)),
                        "column u.id is not one of trips, which t stands for: take the column from the same table object"),
                new Refused(
                        "the id of a table without one",
                        () -> new OddTables.Free("keyless").id(),
                        "table keyless has no id: mark the primary key of java.lang.Object with @Id"),
                new Refused(
                        "two ids",
                        () -> new OddTables.Free("keyless")
                                .with("a", Column.Trait.ID)
                                .with("b", Column.Trait.ID),
                        "keyless has two id columns, a and b: an entity has one"),
                new Refused(
                        "two versions",
                        () -> new OddTables.Free("keyless")
                                .with("a", Column.Trait.VERSION)
                                .with("b", Column.Trait.VERSION),
                        "keyless has two version columns, a and b: an entity has one"),
                new Refused(
                        "two columns of one name",
                        () -> new OddTables.Free("keyless").with("a").with("a"),
                        "keyless has two columns named a: rename one"),
                new Refused(
                        "an id that may be NULL",
                        () -> new OddTables.Free("keyless").with("a", Column.Trait.ID, Column.Trait.NULLABLE),
                        "keyless.a is an id and cannot be nullable: drop one of the two traits"),
                new Refused(
                        "tables that refer to each other in a circle",
                        () -> createTables(OddTables.circle()),
                        "the foreign keys of [hen, egg] make a circle, so none of these tables can be the first:"
                                + " create them one by one"),
                new Refused(
                        "a table without columns",
                        () -> Sql.createTable(new OddTables.Free("t")).key(),
                        "createTable(t) has no column: add column(…) to the table object"),
                new Refused("text of no length", () -> Types.string(0), "length must be 1 or more, but was 0"),
                new Refused(
                        "numbers of no digits", () -> Types.decimal(0, 0), "precision must be 1 or more, but was 0"),
                new Refused(
                        "more digits behind the point than there are",
                        () -> Types.decimal(2, 3),
                        "scale must be from 0 to the precision of 2, but was 3"),
                new Refused(
                        "more placeholders than PostgreSQL takes",
                        () -> Dialects.POSTGRESQL.render(rows(21_846)),
                        "the statement has 65538 placeholders, but postgresql takes 65535 at most:"
                                + " write fewer rows at once, or use in(…), which is one"));
    }

    @SuppressWarnings("unchecked") // on purpose: a session that mixes up its columns does the same
    private static Column<Trip, Long> foreign() {
        return (Column<Trip, Long>) (Column<?, Long>) DRIVER.id;
    }

    @SuppressWarnings("NullAway") // on purpose: not everybody checks nullness
    private static Condition comparedWithNull() {
        return TRIP.id.eq((Long) null);
    }

    private static Insert<Trip> rows(int count) {
        return insert(TRIP)
                .rows(
                        List.of(TRIP.code, TRIP.seats, TRIP.fare),
                        Collections.nCopies(count, Arrays.asList("a", 1, null)));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void is_told_what_was_given_which_rule_it_breaks_and_what_to_do(Refused refused) {
        Throwable thrown = catchThrowable(refused.attempt());

        assertThat(thrown).isInstanceOfAny(IllegalArgumentException.class, IllegalStateException.class);
        assertThat(thrown).hasMessage(refused.message()).hasMessageNotContaining(SECRET);
    }
}
