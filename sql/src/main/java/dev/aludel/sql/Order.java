package dev.aludel.sql;

/// One key of an order: an expression, a direction, and where NULL goes. Made by [Expression#asc] and
/// [Expression#desc].
public record Order(Expression<?> expression, Direction direction, Nulls nulls) {
    /// Which end comes first.
    public enum Direction {
        /// The smallest first.
        ASC,
        /// The greatest first.
        DESC
    }

    /// Where NULL goes.
    public enum Nulls {
        /// Where the database puts it: PostgreSQL takes it for the greatest value, H2 for the smallest.
        DEFAULT,
        /// Before all values.
        FIRST,
        /// After all values.
        LAST
    }

    /// Returns the same order with NULL before all values.
    public Order nullsFirst() {
        return new Order(expression, direction, Nulls.FIRST);
    }

    /// Returns the same order with NULL after all values.
    public Order nullsLast() {
        return new Order(expression, direction, Nulls.LAST);
    }
}
