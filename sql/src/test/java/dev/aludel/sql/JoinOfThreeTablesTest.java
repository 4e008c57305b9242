package dev.aludel.sql;

import static dev.aludel.sql.Driver.DRIVER;
import static dev.aludel.sql.Sql.createTable;
import static dev.aludel.sql.Sql.insert;
import static dev.aludel.sql.Sql.select;
import static dev.aludel.sql.Stop.STOP;
import static dev.aludel.sql.Trip.TRIP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.sql.Case.Pair;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class JoinOfThreeTablesTest {
    @ParameterizedTest
    @EnumSource
    void follows_the_foreign_keys_from_one_to_the_next(Database.Kind kind) throws SQLException {
        Query<Pair> stops = select(STOP.id, DRIVER.name)
                .join(TRIP)
                .join(DRIVER)
                .where(TRIP.seats.gt(3))
                .orderBy(STOP.id.asc())
                .as(Pair::new);

        assertThat(kind.dialect().render(stops))
                .isEqualTo("SELECT stops.id, drivers.name \nFROM stops JOIN trips ON trips.id = stops.trip_id"
                        + " JOIN drivers ON drivers.id = trips.driver_id \nWHERE trips.seats > ? ORDER BY stops.id");
        try (Database database = Database.filled(kind)) {
            addStops(database);
            assertThat(database.rows(stops)).containsExactly(new Pair(12L, "Ada"), new Pair(13L, "Bo"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void may_name_a_table_twice(Database.Kind kind) throws SQLException {
        var other = TRIP.as("other");
        Query<Pair> stops = select(STOP.id, other.column(TRIP.code))
                .join(TRIP)
                .join(
                        other,
                        other.column(TRIP.driver)
                                .eq(TRIP.driver)
                                .and(other.column(TRIP.id).ne(TRIP.id)))
                .orderBy(STOP.id.asc())
                .as(Pair::new);

        try (Database database = Database.filled(kind)) {
            addStops(database);
            assertThat(database.rows(stops)).containsExactly(new Pair(11L, "OSL-2"), new Pair(12L, "OSL-1"));
        }
    }

    /// One stop for each trip.
    private static void addStops(Database database) throws SQLException {
        database.execute(createTable(STOP));
        database.execute(insert(STOP)
                .rows(List.of(STOP.id, STOP.trip), List.of(List.of(11L, 1L), List.of(12L, 2L), List.of(13L, 3L))));
    }
}
