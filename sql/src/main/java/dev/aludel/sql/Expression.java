package dev.aludel.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;

/// What has a value in each row: a column, a function of one, either under a label.
///
/// Its methods make conditions and orders. Values become binds, never text. In a select, an expression gives null
/// where the database has NULL.
///
/// @param <T> the Java type of its values
public sealed interface Expression<T> extends Selectable<T>
        permits Column, Node.Aggregate, Node.Labelled, Node.Parameter {
    /// Returns how its values are read and bound.
    Type<T> type();

    /// `this = value`.
    ///
    /// @throws IllegalArgumentException if the value is null (use [#isNull]) or one that no database can hold
    default Condition eq(T value) {
        return Node.compare(this, Node.Operator.EQ, value);
    }

    /// `this != value`.
    default Condition ne(T value) {
        return Node.compare(this, Node.Operator.NE, value);
    }

    /// `this < value`.
    default Condition lt(T value) {
        return Node.compare(this, Node.Operator.LT, value);
    }

    /// `this <= value`.
    default Condition le(T value) {
        return Node.compare(this, Node.Operator.LE, value);
    }

    /// `this > value`.
    default Condition gt(T value) {
        return Node.compare(this, Node.Operator.GT, value);
    }

    /// `this >= value`.
    default Condition ge(T value) {
        return Node.compare(this, Node.Operator.GE, value);
    }

    /// `this = other`.
    default Condition eq(Expression<T> other) {
        return new Node.Compare(this, Node.Operator.EQ, other);
    }

    /// `this != other`.
    default Condition ne(Expression<T> other) {
        return new Node.Compare(this, Node.Operator.NE, other);
    }

    /// `this < other`.
    default Condition lt(Expression<T> other) {
        return new Node.Compare(this, Node.Operator.LT, other);
    }

    /// `this <= other`.
    default Condition le(Expression<T> other) {
        return new Node.Compare(this, Node.Operator.LE, other);
    }

    /// `this > other`.
    default Condition gt(Expression<T> other) {
        return new Node.Compare(this, Node.Operator.GT, other);
    }

    /// `this >= other`.
    default Condition ge(Expression<T> other) {
        return new Node.Compare(this, Node.Operator.GE, other);
    }

    /// Whether this is one of the values, which travel as one array: `this = ANY (?)`. Nothing is in an empty list.
    ///
    /// @throws IllegalArgumentException if a value is null (use [#isNull]) or one that no database can hold
    default Condition in(Collection<? extends T> values) {
        return Node.in(this, values, false);
    }

    /// Whether this is none of the values: `this != ALL (?)`. Everything is not in an empty list, NULL too; of any
    /// other list, a row with NULL here is left out.
    default Condition notIn(Collection<? extends T> values) {
        return Node.in(this, values, true);
    }

    /// `this BETWEEN low AND high`; both ends belong to it.
    default Condition between(T low, T high) {
        return new Node.Between(this, Node.parameter(this, low), Node.parameter(this, high));
    }

    /// `this LIKE pattern`: `%` stands for any text, `_` for any character, and `\` takes the next one as it is.
    ///
    /// @throws IllegalArgumentException if this is not text
    default Condition like(String pattern) {
        return Node.like(this, pattern);
    }

    /// `this IS NULL`.
    default Condition isNull() {
        return new Node.IsNull(this, false);
    }

    /// `this IS NOT NULL`.
    default Condition isNotNull() {
        return new Node.IsNull(this, true);
    }

    /// Orders by this, the smallest first.
    default Order asc() {
        return new Order(this, Order.Direction.ASC, Order.Nulls.DEFAULT);
    }

    /// Orders by this, the greatest first.
    default Order desc() {
        return new Order(this, Order.Direction.DESC, Order.Nulls.DEFAULT);
    }

    /// Returns this expression under a label: the name that its column has in the result.
    default Expression<T> as(String label) {
        return new Node.Labelled<>(Node.bare(this), label);
    }

    @Override
    default List<? extends Expression<?>> expressions() {
        return List.of(this);
    }

    @Override
    @SuppressWarnings("NullAway") // a column that may be NULL gives null: T says nothing of it
    default T read(ResultSet row, int first) throws SQLException {
        return type().read(row, first);
    }
}
