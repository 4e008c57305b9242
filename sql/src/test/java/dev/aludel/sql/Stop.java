package dev.aludel.sql;

import java.sql.ResultSet;
import java.sql.SQLException;

/// An entity below another one, whose id the program gives.
record Stop(long id, long trip) {
    static final Stops STOP = new Stops();

    static final class Stops extends Table<Stop> {
        final Column<Stop, Long> id = column("id", Types.LONG, Column.Trait.ID);
        final Column<Stop, Long> trip = reference("trip_id", Types.LONG, () -> Trip.TRIP);

        private Stops() {
            super("stops", Stop.class);
        }

        @Override
        public Stop read(ResultSet row, int first) throws SQLException {
            return new Stop(row.getLong(first), row.getLong(first + 1));
        }
    }
}
