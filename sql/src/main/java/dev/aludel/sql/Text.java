package dev.aludel.sql;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes the text of a statement in one dialect. Values are never part of it.
final class Text implements Sink {
    private static final Dialect SHOWN = new Dialects.Standard();

    private final Dialect dialect;
    private final StringBuilder sql = new StringBuilder();
    private final Set<String> declared = new LinkedHashSet<>();
    private final Map<String, Column<?, ?>> used = new LinkedHashMap<>();
    private long binds;

    private Text(Dialect dialect) {
        this.dialect = dialect;
    }

    /// Returns the text to be executed.
    static String render(Statement statement, Dialect dialect) {
        Finished.check(statement);
        Text text = new Text(dialect);
        new Walk(dialect, text).statement(statement);
        text.checkSources(statement);
        text.checkBinds();
        return text.sql.toString();
    }

    /// Returns the text to be shown, which need not be finished.
    static String of(Statement statement) {
        Text text = new Text(SHOWN);
        new Walk(SHOWN, text).statement(statement);
        return text.sql.toString();
    }

    static String of(SelectBody body) {
        Text text = new Text(SHOWN);
        new Walk(SHOWN, text).select(body);
        return text.sql.toString();
    }

    static String of(Condition condition) {
        Text text = new Text(SHOWN);
        new Walk(SHOWN, text).condition(condition);
        return text.sql.toString();
    }

    /// A table that is used but not selected from would be a cross product in one database and an error in another.
    private void checkSources(Statement statement) {
        used.forEach((qualifier, column) -> {
            if (declared.contains(qualifier)) return;
            String remedy = statement instanceof Select<?>
                    ? "add from(" + qualifier + ") or join(" + qualifier + ")"
                    : "a change can use the columns of its own table only";
            throw new IllegalStateException("the statement uses " + column + ", but not the table " + column.source()
                    + ": " + remedy + ". It reads: " + sql);
        });
    }

    private void checkBinds() {
        if (binds <= dialect.maximumBinds()) return;
        throw new IllegalArgumentException(
                "the statement has " + binds + " placeholders, but " + dialect.name() + " takes "
                        + dialect.maximumBinds() + " at most: write fewer rows at once, or use in(…), which is one");
    }

    @Override
    public void word(String word) {
        sql.append(word);
    }

    @Override
    public void name(String name) {
        sql.append(dialect.quote(name));
    }

    @Override
    public void column(Column<?, ?> column) {
        used.putIfAbsent(column.source().qualifier(), column);
        name(column.source().qualifier());
        word(".");
        name(column.name());
    }

    @Override
    public void entity(Source<?> source) {
        String comma = "";
        for (Column<?, ?> column : source.expressions()) {
            word(comma);
            column(column);
            comma = ", ";
        }
    }

    @Override
    public void source(Source<?> source) {
        declared.add(source.qualifier());
        name(source.table().name());
        if (source instanceof TableAlias<?> alias) {
            word(" AS ");
            name(alias.qualifier());
        }
    }

    @Override
    public void type(Column<?, ?> column) {
        SqlType type = column.type().sqlType();
        word(column.isGenerated() ? dialect.generatedTypeName(type) : dialect.typeName(type));
    }

    @Override
    public void parameter(Node.Parameter<?> parameter) {
        placeholder();
    }

    @Override
    public void assignment(Column<?, ?> column, @Nullable Object value) {
        placeholder();
    }

    private void placeholder() {
        sql.append('?');
        binds++;
    }

    @Override
    public void rows(Insert<?> insert) {
        String row = "(?" + ", ?".repeat(insert.columns().size() - 1) + ")";
        binds += (long) insert.rowCount() * insert.columns().size();
        word(row);
        for (int i = 1; i < insert.rowCount(); i++) sql.append(", ").append(row);
    }

    @Override
    public void raw(String text, List<Bind<?>> binds) {
        word(text);
    }
}
