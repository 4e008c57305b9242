package dev.aludel.sql;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The nodes of the tree below statements. They are data; [Walk] knows how they are spelt.
final class Node {
    private Node() {}

    /// What is left to do in a walk through a condition: a piece of text, or a condition.
    sealed interface Step permits Word, Condition {}

    /// The words between conditions.
    enum Word implements Step {
        AND(" AND "),
        OR(" OR "),
        NOT("NOT ("),
        OPEN("("),
        CLOSE(")");

        final String sql;

        Word(String sql) {
            this.sql = sql;
        }
    }

    enum Operator {
        EQ(" = "),
        NE(" != "),
        LT(" < "),
        LE(" <= "),
        GT(" > "),
        GE(" >= ");

        final String sql;

        Operator(String sql) {
            this.sql = sql;
        }
    }

    /// A value that travels as a bind, named for what it is compared with.
    record Parameter<T>(String stem, Type<T> type, T value) implements Expression<T> {
        @Override
        public String toString() {
            return "?";
        }
    }

    /// `function(argument)`; without an argument, `function(*)`.
    record Aggregate<T>(String function, @Nullable Expression<?> argument, Type<T> type) implements Expression<T> {
        Aggregate {
            if (argument != null && bare(argument) instanceof Aggregate<?> inner) {
                throw new IllegalArgumentException(
                        function + "(" + inner.function + "(…)) is not SQL: aggregate once, then aggregate the result");
            }
        }

        @Override
        public String toString() {
            return function + "(" + (argument == null ? "*" : argument) + ")";
        }
    }

    record Labelled<T>(Expression<T> expression, String label) implements Expression<T> {
        Labelled {
            Identifier.checked("label", label);
        }

        @Override
        public Type<T> type() {
            return expression.type();
        }

        @Override
        public String toString() {
            return expression.toString();
        }
    }

    record Compare(Expression<?> left, Operator operator, Expression<?> right) implements Condition {
        @Override
        public String toString() {
            return Text.of(this);
        }
    }

    record In(Expression<?> expression, Parameter<?> values, boolean negated) implements Condition {
        @Override
        public String toString() {
            return Text.of(this);
        }
    }

    record Between(Expression<?> expression, Parameter<?> low, Parameter<?> high) implements Condition {
        @Override
        public String toString() {
            return Text.of(this);
        }
    }

    record Like(Expression<?> expression, Parameter<String> pattern) implements Condition {
        @Override
        public String toString() {
            return Text.of(this);
        }
    }

    record IsNull(Expression<?> expression, boolean negated) implements Condition {
        @Override
        public String toString() {
            return Text.of(this);
        }
    }

    /// Two conditions and the word between them. It may be a million deep, so nothing here recurses: equality goes by
    /// the walk, not by the components.
    record Junction(Word word, Condition left, Condition right) implements Condition {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Junction junction && Shape.equal(this, junction);
        }

        @Override
        public int hashCode() {
            return Shape.of(this).hashCode();
        }

        @Override
        public String toString() {
            return Text.of(this);
        }
    }

    record Not(Condition inner) implements Condition {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Not not && Shape.equal(this, not);
        }

        @Override
        public int hashCode() {
            return Shape.of(this).hashCode();
        }

        @Override
        public String toString() {
            return Text.of(this);
        }
    }

    static <T> Condition compare(Expression<T> left, Operator operator, T value) {
        return new Compare(left, operator, parameter(left, value));
    }

    static <T> Parameter<T> parameter(Expression<T> beside, @Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException(
                    "comparing " + beside + " with null is never true in SQL: use isNull() or isNotNull()");
        }
        refuse(beside, beside.type(), value);
        return new Parameter<>(stem(beside), beside.type(), value);
    }

    static <T> Condition in(Expression<T> left, Collection<? extends T> values, boolean negated) {
        List<T> list = new ArrayList<>(values.size());
        for (T value : values) {
            if (value == null) {
                throw new IllegalArgumentException("the list for " + left
                        + " holds null, which no value equals in SQL: use isNull() beside in(…)");
            }
            list.add(value);
        }
        Type<List<T>> type = Types.listOf(left.type());
        refuse(left, type, list);
        return new In(left, new Parameter<>(stem(left), type, list), negated);
    }

    static Condition like(Expression<?> left, String pattern) {
        if (left.type().javaType() != String.class) {
            throw new IllegalArgumentException("like compares text, but " + left + " holds "
                    + left.type().javaType().getName() + ": compare it with eq, lt, between …");
        }
        refuse(left, Types.STRING, pattern);
        return new Like(left, new Parameter<>(stem(left), Types.STRING, pattern));
    }

    /// Throws if no database can hold the value, and names the column, never the value.
    static <T> void refuse(Object column, Type<T> type, T value) {
        String objection = type.objection(value);
        if (objection != null) throw new IllegalArgumentException(column + " " + objection);
    }

    /// Returns the expression without its label.
    static <T> Expression<T> bare(Expression<T> expression) {
        return expression instanceof Labelled<T> labelled ? labelled.expression() : expression;
    }

    private static String stem(Expression<?> expression) {
        return switch (expression) {
            case Column<?, ?> column -> column.name();
            case Aggregate<?> aggregate -> aggregate.function();
            case Labelled<?> labelled -> stem(labelled.expression());
            case Parameter<?> parameter -> parameter.stem();
        };
    }
}
