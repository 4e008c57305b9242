package dev.aludel.sql;

import java.math.BigDecimal;
import java.util.List;

/// Where statements begin; made to be imported statically.
///
/// ```java
/// select(TRIP).where(TRIP.id.eq(7L))
/// select(DRIVER.city, count(), sum(TRIP.fare)).from(TRIP).join(DRIVER).groupBy(DRIVER.city).as(CityStat::new)
/// insert(TRIP).set(TRIP.code, "OSL-7").returning(TRIP.id)
/// update(TRIP).set(TRIP.seats, 3).where(TRIP.id.eq(7L))
/// delete(TRIP).where(TRIP.seats.eq(0))
/// createTable(TRIP).ifNotExists()
/// ```
public final class Sql {
    private Sql() {}

    /// Selects the entities of a table, or one expression.
    public static <A> Select<A> select(Selectable<A> a) {
        return Select.of(a);
    }

    /// Selects two expressions or entities, which [Select2#as] puts into an object.
    public static <A, B> Select2<A, B> select(Selectable<A> a, Selectable<B> b) {
        return new Select2<>(SelectBody.of(a, b), a, b);
    }

    /// Selects three expressions or entities, which [Select3#as] puts into an object.
    public static <A, B, C> Select3<A, B, C> select(Selectable<A> a, Selectable<B> b, Selectable<C> c) {
        return new Select3<>(SelectBody.of(a, b, c), a, b, c);
    }

    /// Selects four expressions or entities, which [Select4#as] puts into an object.
    public static <A, B, C, D> Select4<A, B, C, D> select(
            Selectable<A> a, Selectable<B> b, Selectable<C> c, Selectable<D> d) {
        return new Select4<>(SelectBody.of(a, b, c, d), a, b, c, d);
    }

    /// Selects five expressions or entities, which [Select5#as] puts into an object.
    public static <A, B, C, D, E> Select5<A, B, C, D, E> select(
            Selectable<A> a, Selectable<B> b, Selectable<C> c, Selectable<D> d, Selectable<E> e) {
        return new Select5<>(SelectBody.of(a, b, c, d, e), a, b, c, d, e);
    }

    /// Selects six expressions or entities, which [Select6#as] puts into an object.
    public static <A, B, C, D, E, F> Select6<A, B, C, D, E, F> select(
            Selectable<A> a, Selectable<B> b, Selectable<C> c, Selectable<D> d, Selectable<E> e, Selectable<F> f) {
        return new Select6<>(SelectBody.of(a, b, c, d, e, f), a, b, c, d, e, f);
    }

    /// Selects seven expressions or entities, which [Select7#as] puts into an object.
    public static <A, B, C, D, E, F, G> Select7<A, B, C, D, E, F, G> select(
            Selectable<A> a,
            Selectable<B> b,
            Selectable<C> c,
            Selectable<D> d,
            Selectable<E> e,
            Selectable<F> f,
            Selectable<G> g) {
        return new Select7<>(SelectBody.of(a, b, c, d, e, f, g), a, b, c, d, e, f, g);
    }

    /// Selects eight expressions or entities, which [Select8#as] puts into an object.
    public static <A, B, C, D, E, F, G, H> Select8<A, B, C, D, E, F, G, H> select(
            Selectable<A> a,
            Selectable<B> b,
            Selectable<C> c,
            Selectable<D> d,
            Selectable<E> e,
            Selectable<F> f,
            Selectable<G> g,
            Selectable<H> h) {
        return new Select8<>(SelectBody.of(a, b, c, d, e, f, g, h), a, b, c, d, e, f, g, h);
    }

    /// Counts the rows.
    public static Expression<Long> count() {
        return new Node.Aggregate<>("count", null, Types.LONG);
    }

    /// Counts the rows where the expression is not NULL.
    public static Expression<Long> count(Expression<?> expression) {
        return new Node.Aggregate<>("count", expression, Types.LONG);
    }

    /// Adds the values up; NULL, and so null, if there is none. A sum that its own type cannot hold fails at reading:
    /// then give the type of the sum, `sum(TRIP.seats, Types.LONG)`.
    public static <T extends Number> Expression<T> sum(Expression<T> expression) {
        return sum(expression, expression.type());
    }

    /// Adds the values up, read as another type than their own.
    public static <T extends Number> Expression<T> sum(Expression<? extends Number> expression, Type<T> type) {
        return new Node.Aggregate<>("sum", expression, type);
    }

    /// Gives the mean of the values; NULL, and so null, if there is none.
    public static Expression<BigDecimal> avg(Expression<? extends Number> expression) {
        return new Node.Aggregate<>("avg", expression, Types.DECIMAL);
    }

    /// Gives the smallest value; NULL, and so null, if there is none.
    public static <T> Expression<T> min(Expression<T> expression) {
        return new Node.Aggregate<>("min", expression, expression.type());
    }

    /// Gives the greatest value; NULL, and so null, if there is none.
    public static <T> Expression<T> max(Expression<T> expression) {
        return new Node.Aggregate<>("max", expression, expression.type());
    }

    /// Inserts into a table.
    public static <E> Insert<E> insert(Table<E> table) {
        return Insert.into(table);
    }

    /// Updates rows of a table.
    public static <E> Update<E> update(Table<E> table) {
        return Update.of(table);
    }

    /// Deletes rows of a table.
    public static <E> Delete<E> delete(Table<E> table) {
        return Delete.from(table);
    }

    /// Creates a table with its columns, its primary key and its foreign keys.
    public static CreateTable createTable(Table<?> table) {
        return new CreateTable(table, false);
    }

    /// Drops a table.
    public static DropTable dropTable(Table<?> table) {
        return new DropTable(table, false);
    }

    /// Creates several tables, each after those that its foreign keys refer to.
    ///
    /// @throws IllegalArgumentException if the foreign keys make a circle
    public static List<CreateTable> createTables(Table<?>... tables) {
        return DependencyOrder.of(List.of(tables)).stream()
                .map(Sql::createTable)
                .toList();
    }

    /// Drops several tables, each before those that its foreign keys refer to.
    ///
    /// @throws IllegalArgumentException if the foreign keys make a circle
    public static List<DropTable> dropTables(Table<?>... tables) {
        return DependencyOrder.of(List.of(tables)).reversed().stream()
                .map(Sql::dropTable)
                .toList();
    }
}
