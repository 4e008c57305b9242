package dev.aludel.sql;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// All of a select but what its rows become.
record SelectBody(
        List<Selectable<?>> selected,
        boolean distinct,
        @Nullable Source<?> from,
        List<Join> joins,
        @Nullable Condition where,
        List<Expression<?>> groupBy,
        @Nullable Condition having,
        List<Order> orderBy,
        @Nullable Long limit,
        @Nullable Long offset) {

    /// A further table and what its rows must fulfil.
    record Join(Source<?> source, Condition on) {}

    static SelectBody of(Selectable<?>... selected) {
        return new SelectBody(
                List.of(selected),
                false,
                firstSource(selected),
                List.of(),
                null,
                List.of(),
                null,
                List.of(),
                null,
                null);
    }

    /// The first table that the selected expressions mention is the one to select from, unless another is named.
    private static @Nullable Source<?> firstSource(Selectable<?>... selected) {
        for (Selectable<?> part : selected) {
            Source<?> source = sourceOf(part);
            if (source != null) return source;
        }
        return null;
    }

    private static @Nullable Source<?> sourceOf(Selectable<?> selectable) {
        return switch (selectable) {
            case Source<?> source -> source;
            case Column<?, ?> column -> column.source();
            case Node.Labelled<?> labelled -> sourceOf(labelled.expression());
            case Node.Aggregate<?> aggregate -> aggregate.argument() == null ? null : sourceOf(aggregate.argument());
            case Node.Parameter<?> _ -> null;
        };
    }

    static List<Expression<?>> expressions(List<? extends Selectable<?>> selected) {
        List<Expression<?>> expressions = new ArrayList<>();
        selected.forEach(part -> expressions.addAll(part.expressions()));
        return expressions;
    }

    List<Source<?>> sources() {
        return Stream.concat(Stream.ofNullable(from), joins.stream().map(Join::source))
                .toList();
    }

    Set<Table<?>> tables() {
        Set<Table<?>> tables = new LinkedHashSet<>();
        sources().forEach(source -> tables.add(source.table()));
        return tables;
    }

    SelectBody from(Source<?> source) {
        if (!joins.isEmpty()) {
            throw new IllegalStateException("from(" + source + ") comes after a join: call from(…) first");
        }
        return new SelectBody(selected, distinct, source, joins, where, groupBy, having, orderBy, limit, offset);
    }

    SelectBody join(Source<?> source) {
        checkJoin(source);
        return join(source, References.between(sources(), source));
    }

    SelectBody join(Source<?> source, Condition on) {
        checkJoin(source);
        List<Join> joined = plus(joins, List.of(new Join(source, on)));
        return new SelectBody(selected, distinct, from, joined, where, groupBy, having, orderBy, limit, offset);
    }

    private void checkJoin(Source<?> source) {
        if (from == null) {
            throw new IllegalStateException("join(" + source + ") has nothing to join to: call from(…) first");
        }
        if (sources().stream().anyMatch(present -> present.qualifier().equals(source.qualifier()))) {
            throw new IllegalArgumentException(
                    source + " is in the statement already: join it under another name, by as(…)");
        }
    }

    SelectBody where(Condition... conditions) {
        @Nullable Condition both = all(where, conditions);
        return new SelectBody(selected, distinct, from, joins, both, groupBy, having, orderBy, limit, offset);
    }

    SelectBody groupBy(Expression<?>... expressions) {
        List<Expression<?>> all = plus(groupBy, List.of(expressions));
        return new SelectBody(selected, distinct, from, joins, where, all, having, orderBy, limit, offset);
    }

    SelectBody having(Condition... conditions) {
        @Nullable Condition both = all(having, conditions);
        return new SelectBody(selected, distinct, from, joins, where, groupBy, both, orderBy, limit, offset);
    }

    SelectBody orderBy(Order... orders) {
        List<Order> all = plus(orderBy, List.of(orders));
        return new SelectBody(selected, distinct, from, joins, where, groupBy, having, all, limit, offset);
    }

    SelectBody limit(long rows) {
        return new SelectBody(
                selected, distinct, from, joins, where, groupBy, having, orderBy, rows("limit", rows), offset);
    }

    SelectBody offset(long rows) {
        return new SelectBody(
                selected, distinct, from, joins, where, groupBy, having, orderBy, limit, rows("offset", rows));
    }

    SelectBody distinctRows() {
        return new SelectBody(selected, true, from, joins, where, groupBy, having, orderBy, limit, offset);
    }

    private static Long rows(String what, long rows) {
        if (rows < 0) throw new IllegalArgumentException(what + " must be 0 or more, but was " + rows);
        return rows;
    }

    static @Nullable Condition all(@Nullable Condition first, Condition... more) {
        Condition all = first;
        for (Condition condition : more) all = all == null ? condition : all.and(condition);
        return all;
    }

    private static <T> List<T> plus(List<T> list, List<? extends T> more) {
        return Stream.concat(list.stream(), more.stream()).toList();
    }
}
