package dev.aludel.sql;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What decides the text of a statement in every dialect: all but the values, as a flat list of tokens.
///
/// A mark before each name keeps names and text apart, whatever the names are.
final class Shape {
    private static final Dialect SHAPED = new Dialects.Standard();

    private enum Mark {
        NAME,
        COLUMN,
        ENTITY,
        SOURCE,
        ALIAS,
        TYPE,
        GENERATED,
        VALUE,
        ROWS,
        RAW
    }

    private final List<Object> tokens;
    private final int hash;

    private Shape(List<Object> tokens) {
        this.tokens = tokens;
        this.hash = tokens.hashCode();
    }

    static Shape of(Statement statement) {
        Finished.check(statement);
        Tokens tokens = new Tokens();
        new Walk(SHAPED, tokens).statement(statement);
        return new Shape(tokens.list);
    }

    static Shape of(Condition condition) {
        Tokens tokens = new Tokens();
        new Walk(SHAPED, tokens).condition(condition);
        return new Shape(tokens.list);
    }

    /// Whether two conditions have the same shape and the same values.
    static boolean equal(Condition one, Condition other) {
        return of(one).equals(of(other)) && Binds.of(one).equals(Binds.of(other));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || (other instanceof Shape shape && hash == shape.hash && tokens.equals(shape.tokens));
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return tokens.toString();
    }

    private static final class Tokens implements Sink {
        final List<Object> list = new ArrayList<>(24);

        @Override
        public void word(String sql) {
            list.add(sql);
        }

        @Override
        public void name(String name) {
            list.add(Mark.NAME);
            list.add(name);
        }

        @Override
        public void column(Column<?, ?> column) {
            list.add(Mark.COLUMN);
            list.add(column.source().qualifier());
            list.add(column.name());
        }

        @Override
        public void entity(Source<?> source) {
            list.add(Mark.ENTITY);
            list.add(source);
        }

        @Override
        public void source(Source<?> source) {
            list.add(Mark.SOURCE);
            list.add(source.table().name());
            if (source instanceof TableAlias<?> alias) {
                list.add(Mark.ALIAS);
                list.add(alias.qualifier());
            }
        }

        @Override
        public void type(Column<?, ?> column) {
            list.add(column.isGenerated() ? Mark.GENERATED : Mark.TYPE);
            list.add(column.type().sqlType());
        }

        @Override
        public void parameter(Node.Parameter<?> parameter) {
            list.add(Mark.VALUE);
        }

        @Override
        public void assignment(Column<?, ?> column, @Nullable Object value) {
            list.add(Mark.VALUE);
        }

        @Override
        public void rows(Insert<?> insert) {
            list.add(Mark.ROWS);
            list.add(insert.rowCount());
        }

        @Override
        public void raw(String sql, List<Bind<?>> binds) {
            list.add(Mark.RAW);
            list.add(sql);
        }
    }
}
