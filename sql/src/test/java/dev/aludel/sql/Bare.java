package dev.aludel.sql;

import java.sql.ResultSet;
import java.sql.SQLException;

/// An entity with nothing but its generated id.
record Bare(long id) {
    static final BareTable BARE = new BareTable();

    static final class BareTable extends Table<Bare> {
        final Column<Bare, Long> id = column("id", Types.LONG, Column.Trait.ID, Column.Trait.GENERATED);

        private BareTable() {
            super("bare", Bare.class);
        }

        @Override
        public Bare read(ResultSet row, int first) throws SQLException {
            return new Bare(row.getLong(first));
        }
    }
}
