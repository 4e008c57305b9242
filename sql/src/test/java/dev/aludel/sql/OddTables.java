package dev.aludel.sql;

import java.sql.ResultSet;
import java.util.function.Supplier;

/// Tables that somebody got wrong, or that are seldom. Their rows are never read.
final class OddTables {
    private OddTables() {}

    /// A table whose columns are added by the test.
    static final class Free extends Table<Object> {
        Free(String name) {
            super(name, Object.class);
        }

        Free with(String column, Column.Trait... traits) {
            var _ = column(column, Types.LONG, traits);
            return this;
        }

        Free refer(String column, Supplier<? extends Table<?>> target) {
            var _ = reference(column, Types.LONG, target);
            return this;
        }

        @Override
        public Object read(ResultSet row, int first) {
            throw new UnsupportedOperationException();
        }
    }

    static Free keyed(String name) {
        return new Free(name).with("id", Column.Trait.ID);
    }

    /// Two tables, each with a foreign key to the other.
    static Table<?>[] circle() {
        Free hen = keyed("hen");
        Free egg = keyed("egg");
        return new Table<?>[] {hen.refer("egg_id", () -> egg), egg.refer("hen_id", () -> hen)};
    }

    /// A table with two foreign keys to the same other one.
    static Table<?> leg() {
        return keyed("legs").refer("from_id", () -> Stop.STOP).refer("to_id", () -> Stop.STOP);
    }
}
