package dev.aludel.engine;

import dev.aludel.sql.Column;
import dev.aludel.sql.Table;
import dev.aludel.sql.Types;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Objects;

/// A row of the table that most tests here use.
record Trip(long id, String code, int seats) {
    static final Trips TRIP = new Trips();

    /// The table, as the processor would write it.
    static final class Trips extends Table<Trip> {
        final Column<Trip, Long> id = column("id", Types.LONG, Column.Trait.ID, Column.Trait.GENERATED);
        final Column<Trip, String> code = column("code", Types.STRING);
        final Column<Trip, Integer> seats = column("seats", Types.INTEGER);

        private Trips() {
            super("trips", Trip.class);
        }

        @Override
        public Trip read(ResultSet row, int first) throws SQLException {
            return new Trip(
                    row.getLong(first),
                    Objects.requireNonNull(row.getString(first + 1), "code is NOT NULL"),
                    row.getInt(first + 2));
        }
    }
}
