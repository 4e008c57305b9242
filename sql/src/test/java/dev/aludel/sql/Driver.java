package dev.aludel.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// An entity and its table, as the processor would write them.
record Driver(long id, String name, @Nullable String city) {
    static final Drivers DRIVER = new Drivers();

    static final class Drivers extends Table<Driver> {
        final Column<Driver, Long> id = column("id", Types.LONG, Column.Trait.ID, Column.Trait.GENERATED);
        final Column<Driver, String> name = column("name", Types.STRING);
        final Column<Driver, String> city = column("city", Types.STRING, Column.Trait.NULLABLE);

        private Drivers() {
            super("drivers", Driver.class);
        }

        @Override
        public Driver read(ResultSet row, int first) throws SQLException {
            return new Driver(row.getLong(first), row.getString(first + 1), row.getString(first + 2));
        }
    }
}
