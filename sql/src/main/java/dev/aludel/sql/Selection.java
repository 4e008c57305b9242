package dev.aludel.sql;

/// A select under construction: where its rows come from, which of them, and in which order.
///
/// Every method returns a new selection and leaves this one as it is, so a common beginning may be shared.
///
/// @param <S> the selection itself
public abstract sealed class Selection<S extends Selection<S>>
        permits Select, Select2, Select3, Select4, Select5, Select6, Select7, Select8 {
    final SelectBody body;

    Selection(SelectBody body) {
        this.body = body;
    }

    abstract S with(SelectBody body);

    /// Selects from a table. Without this call it is the first table that the selected expressions mention.
    ///
    /// @throws IllegalStateException if something was joined before
    public final S from(Source<?> source) {
        return with(body.from(source));
    }

    /// Joins a table by the foreign key that is declared between it and a table that is there already.
    ///
    /// @throws IllegalArgumentException if no foreign key is declared, or several are: then name the condition
    public final S join(Source<?> source) {
        return with(body.join(source));
    }

    /// Joins a table by a condition.
    public final S join(Source<?> source, Condition on) {
        return with(body.join(source, on));
    }

    /// Keeps the rows that fulfil all the conditions, those of earlier calls among them.
    public final S where(Condition... conditions) {
        return with(body.where(conditions));
    }

    /// Makes one row of all that agree in the expressions.
    public final S groupBy(Expression<?>... expressions) {
        return with(body.groupBy(expressions));
    }

    /// Keeps the groups that fulfil all the conditions, those of earlier calls among them.
    public final S having(Condition... conditions) {
        return with(body.having(conditions));
    }

    /// Orders the rows; keys of a later call decide between rows that are equal so far.
    public final S orderBy(Order... orders) {
        return with(body.orderBy(orders));
    }

    /// Gives so many rows at most.
    ///
    /// @param rows 0 or more
    public final S limit(long rows) {
        return with(body.limit(rows));
    }

    /// Leaves out so many rows at the beginning.
    ///
    /// @param rows 0 or more
    public final S offset(long rows) {
        return with(body.offset(rows));
    }

    /// Leaves out rows that equal an earlier one.
    public final S distinct() {
        return with(body.distinctRows());
    }

    /// Returns the SQL with placeholders, never a value.
    @Override
    public final String toString() {
        return Text.of(body);
    }
}
