package dev.aludel.sql;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// An entity with a reference to another one, and its table, as the processor would write them.
record Trip(
        long id,
        String code,
        int seats,
        @Nullable BigDecimal fare,
        @Nullable Long driver) {
    static final Trips TRIP = new Trips();

    static final class Trips extends Table<Trip> {
        final Column<Trip, Long> id = column("id", Types.LONG, Column.Trait.ID, Column.Trait.GENERATED);
        final Column<Trip, String> code = column("code", Types.STRING);
        final Column<Trip, Integer> seats = column("seats", Types.INTEGER);
        final Column<Trip, BigDecimal> fare = column("fare", Types.decimal(10, 2), Column.Trait.NULLABLE);
        final Column<Trip, Long> driver =
                reference("driver_id", Types.LONG, () -> Driver.DRIVER, Column.Trait.NULLABLE);

        private Trips() {
            super("trips", Trip.class);
        }

        @Override
        public Trip read(ResultSet row, int first) throws SQLException {
            return new Trip(
                    row.getLong(first),
                    row.getString(first + 1),
                    row.getInt(first + 2),
                    row.getBigDecimal(first + 3),
                    Types.LONG.read(row, first + 4));
        }
    }
}
